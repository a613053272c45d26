"""An ECR repository for a service's images."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import Statement
from components.args import InvalidArgError, as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class ImageRepositoryArgs:
    """Retention and encryption of images."""

    kept_images: int = 50
    """Number of images to keep; the lifecycle policy expires the oldest."""

    key_arn: pulumi.Input[str] | None = None
    """KMS key of the repository, which cannot be changed later; default: AES-256."""

    deletable_with_images: bool = False
    """Allow deletion of a repository that contains images."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a lifecycle policy that keeps no image."""
        if self.kept_images < 1:
            raise InvalidArgError("kept_images", self.kept_images, "use 1 or more")


class ImageRepository(pulumi.ComponentResource):
    """An ECR repository with immutable tags and scan on push; it needs no alarm."""

    url: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ImageRepositoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the repository *name*."""
        super().__init__("bulkhead:compute:ImageRepository", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        repository = aws.ecr.Repository(
            f"{name}-images",
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": args.key_arn}]
            if args.key_arn is not None
            else [{"encryption_type": "AES256"}],
            force_delete=args.deletable_with_images,
            tags=args.tags,
            opts=child,
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=_keep(args.kept_images),
            opts=child,
        )

        self.url = repository.repository_url
        self.arn = repository.arn
        self.register_outputs({"url": self.url, "arn": self.arn})

    def image(self, digest: str) -> pulumi.Output[str]:
        """Return the image URI with *digest*, which is immutable."""
        return pulumi.Output.concat(self.url, "@", digest)

    def allow_pull(self) -> list[Statement]:
        """Return the permission to pull images."""
        return [
            Statement(
                actions=[
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                resources=[self.arn],
            ),
            # This action has no resource type; the token grants nothing beyond the statement above.
            Statement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        ]


def _keep(images: int) -> str:
    rule = {
        "rulePriority": 1,
        "description": f"Keep the newest {images} images",
        "selection": {
            "tagStatus": "any",
            "countType": "imageCountMoreThan",
            "countNumber": images,
        },
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]})
