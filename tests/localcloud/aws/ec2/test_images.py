"""Public images are found in the control process, which keeps none of them in its state."""

from __future__ import annotations

import botocore.exceptions
import pytest


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("amazon", "al2023-ami-2023*-x86_64"),
        ("amazon", "amzn2-ami-hvm-*-x86_64-gp2"),
        ("099720109477", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"),
        ("136693071363", "debian-12-amd64-*"),
    ],
)
def test_an_image_that_programs_look_for_is_found_by_owner_and_name(cloud, owner, name):
    client = cloud.client("ec2")
    filters = [{"Name": "name", "Values": [name]}]

    found = client.describe_images(Owners=[owner], Filters=filters)["Images"]

    assert found
    ids = [found[0]["ImageId"]]
    assert [one["ImageId"] for one in client.describe_images(ImageIds=ids)["Images"]] == ids
    assert client.describe_images(Owners=["self"])["Images"] == []


def test_an_unknown_image_is_refused(cloud):
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidAMIID"):
        cloud.client("ec2").describe_images(ImageIds=["ami-0123456789abcdef0"])
