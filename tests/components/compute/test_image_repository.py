"""What a repository of images promises."""

from __future__ import annotations

import json

import pytest

from components.args import InvalidArgError
from components.compute.image_repository import ImageRepository, ImageRepositoryArgs


def test_images_are_scanned_and_their_tags_never_move(build):
    args = ImageRepositoryArgs(kept_images=5)

    made = build(lambda: ImageRepository("orders", args))

    assert made.one("aws:ecr/repository:Repository", "orders-images").inputs == {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
        "forceDelete": False,
    }
    [lifecycle] = made.all("aws:ecr/lifecyclePolicy:LifecyclePolicy")
    [rule] = json.loads(lifecycle.inputs["policy"])["rules"]
    assert rule["selection"]["countNumber"] == 5


def test_a_repository_that_keeps_nothing_is_refused():
    with pytest.raises(InvalidArgError, match="kept_images=0"):
        ImageRepositoryArgs(kept_images=0)
