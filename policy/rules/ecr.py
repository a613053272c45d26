"""Rules on ECR repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.iam import public_access
from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

REPOSITORY = "aws:ecr/repository:Repository"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
KEEPS_TAGS = ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")
LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


@require_value(
    REPOSITORY,
    path="imageScanningConfiguration.scanOnPush",
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.COMPUTE,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Scanning reports known vulnerabilities before an image is deployed.",
    references=("FSBP ECR.1", "Config ecr-private-image-scanning-enabled", "Checkov CKV_AWS_163"),
)
def ecr_scan_on_push() -> None:
    """Image repositories must scan images on push."""


@require_value(
    REPOSITORY,
    path="imageTagMutability",
    value=("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"),
    pack=Pack.SECURITY,
    concern=Concern.COMPUTE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="With mutable tags, the image behind a tag can change after it was tested.",
    references=("FSBP ECR.2", "Config ecr-private-tag-immutability-enabled", "Checkov CKV_AWS_51"),
)
def ecr_immutable_tags() -> None:
    """Image repositories must have immutable tags."""


@rule(
    REPOSITORY_POLICY,
    pack=Pack.SECURITY,
    concern=Concern.COMPUTE,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        "Any AWS account can then pull images or, if pushes are allowed, replace the code that"
        " runs."
    ),
    references=("Checkov CKV_AWS_32", "cdk-nag AwsSolutions-ECR1"),
)
def ecr_policy_no_open_principal(policy: Resource) -> Iterator[str]:
    """Repository policies must not allow every principal."""
    return public_access(policy, "repository policy", "accounts or roles as Principal")


@rule(
    REPOSITORY,
    pack=Pack.SECURITY,
    concern=Concern.COMPUTE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why=(
        "A customer managed key's policy controls who can decrypt the images, and access can be"
        " revoked."
    ),
    references=("Config ecr-repository-cmk-encryption-enabled", "Checkov CKV_AWS_136"),
)
def ecr_own_key(repository: Resource) -> Iterator[str]:
    """Image repositories must be encrypted with a customer managed key."""
    if repository.get("encryptionConfigurations") is UNKNOWN:
        return
    own = [
        one
        for one in repository.entries("encryptionConfigurations")
        if one.get("encryptionType") in ("KMS", UNKNOWN)
        and is_customer_managed_key(one.get("kmsKey"))
    ]
    if not own and UNKNOWN not in as_list(repository.get("encryptionConfigurations")):
        yield (
            f"The repository '{repository.name}' must encrypt with a customer managed key: set"
            ' encryption_configurations to encryption_type="KMS" and kms_key.'
        )


@stack_rule(
    REPOSITORY,
    LIFECYCLE_POLICY,
    pack=Pack.ARCHITECTURE,
    concern=Concern.COST,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Unused images accumulate storage cost with every build.",
    references=("FSBP ECR.3", "Config ecr-private-lifecycle-policy-configured"),
)
def ecr_lifecycle_policy(stack: Stack) -> Iterator[Finding]:
    """Image repositories must have a lifecycle policy."""
    for repository in stack.of_type(REPOSITORY):
        if stack.has_no_referrer(repository, "repository", LIFECYCLE_POLICY):
            text = (
                f"The repository '{repository.name}' must have a lifecycle policy: add an"
                " aws.ecr.LifecyclePolicy with its name as repository."
            )
            yield Finding(text, repository.urn)
