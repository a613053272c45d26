"""Rules on image repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

REPOSITORY = "aws:ecr/repository:Repository"


@rule(
    REPOSITORY,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A known hole in an image is found before it runs.",
    references=(
        "FSBP ECR.1",
        "Config ecr-private-image-scanning-enabled",
        "Checkov CKV_AWS_163",
    ),
    remediation="Set image_scanning_configuration.scan_on_push to True.",
    remediate=lambda _: {"imageScanningConfiguration": {"scanOnPush": True}},
)
def ecr_scan_on_push(repository: Resource) -> Iterator[str]:
    """Image repositories must scan what is pushed."""
    scans = repository.get("imageScanningConfiguration.scanOnPush")
    if scans is not UNKNOWN and not is_true(scans):
        yield (
            f"The repository '{repository.name}' must scan images: set"
            " image_scanning_configuration.scan_on_push=True."
        )


@rule(
    REPOSITORY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A tag that can be overwritten says nothing about what runs.",
    references=(
        "FSBP ECR.2",
        "Config ecr-private-tag-immutability-enabled",
        "Checkov CKV_AWS_51",
    ),
)
def ecr_immutable_tags(repository: Resource) -> Iterator[str]:
    """Tags of image repositories must not be overwritten."""
    if repository.get("imageTagMutability") in (None, "", "MUTABLE"):
        yield (
            f"The repository '{repository.name}' must keep its tags: set"
            ' image_tag_mutability="IMMUTABLE".'
        )
