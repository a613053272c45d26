"""Rules on ECR repositories."""

from __future__ import annotations

from policy.engine.iam import public_access
from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list

REPOSITORY = "aws:ecr/repository:Repository"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
KEEPS_TAGS = ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")
LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


@require_value(REPOSITORY, path="imageScanningConfiguration.scanOnPush", remediates=True)
@classify("security", "compute", "high", "mandatory")
def ecr_scan_on_push() -> None:
    """Image repositories must scan images on push.

    Scanning reports known vulnerabilities before an image is deployed.

    References: FSBP ECR.1, Config ecr-private-image-scanning-enabled, Checkov CKV_AWS_163
    """


@require_value(
    REPOSITORY, path="imageTagMutability", value=("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")
)
@classify("security", "compute", "medium", "mandatory")
def ecr_immutable_tags() -> None:
    """Image repositories must have immutable tags.

    With mutable tags, the image behind a tag can change after it was tested.

    References: FSBP ECR.2, Config ecr-private-tag-immutability-enabled, Checkov CKV_AWS_51
    """


@rule(REPOSITORY_POLICY)
@classify("security", "compute", "critical", "mandatory")
def ecr_policy_no_open_principal(policy: Resource) -> Messages:
    """Repository policies must not allow every principal.

    Any AWS account can then pull images or, if pushes are allowed, replace the code that runs.

    References: Checkov CKV_AWS_32, cdk-nag AwsSolutions-ECR1
    """
    return public_access(policy, "repository policy", "accounts or roles as Principal")


@rule(REPOSITORY)
@classify("security", "compute", "low", "advisory", when="sensitive")
def ecr_own_key(repository: Resource) -> Messages:
    """Image repositories must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the images, and access can be revoked.

    References: Security Hub ECR.5, Config ecr-repository-cmk-encryption-enabled,
    Checkov CKV_AWS_136
    """
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


@stack_rule(REPOSITORY, LIFECYCLE_POLICY)
@classify("architecture", "cost", "medium", "advisory")
def ecr_lifecycle_policy(stack: Stack) -> Findings:
    """Image repositories must have a lifecycle policy.

    Unused images accumulate storage cost with every build.

    References: FSBP ECR.3, Config ecr-private-lifecycle-policy-configured
    """
    for repository in stack.of_type(REPOSITORY):
        if stack.has_no_referrer(repository, "repository", LIFECYCLE_POLICY):
            yield repository.finding(
                f"The repository '{repository.name}' must have a lifecycle policy: add an"
                " aws.ecr.LifecyclePolicy with its name as repository."
            )
