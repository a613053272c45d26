"""Rules on Secrets Manager secrets."""

from __future__ import annotations

from policy.engine.iam import public_access
from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.schedule import longest_gap
from policy.engine.values import UNKNOWN, is_false, number

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type
SECRET_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"  # noqa: S105 - a type
SECRET_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"  # noqa: S105 - a type


@stack_rule(SECRET, SECRET_ROTATION)
@classify("security", "identity", "medium", "mandatory")
def secretsmanager_rotated(stack: Stack) -> Findings:
    """Secrets must be rotated.

    A secret that is never rotated stays valid for everyone who has ever seen it.

    References: FSBP SecretsManager.1, Config secretsmanager-rotation-enabled-check,
    Checkov CKV2_AWS_57, cdk-nag AwsSolutions-SMG4
    """
    for secret in stack.of_type(SECRET):
        if stack.has_no_referrer(secret, "secretId", SECRET_ROTATION, where=_is_on):
            yield secret.finding(
                f"The secret '{secret.name}' must be rotated: add an"
                " aws.secretsmanager.SecretRotation with its secret_id."
            )


@rule(SECRET_ROTATION, params={"maxDays": 90})
@classify("security", "identity", "medium", "mandatory")
def secretsmanager_rotation_interval(rotation: Resource) -> Messages:
    """Secrets must be rotated at least every 90 days.

    A stolen secret works until the next rotation.

    References: FSBP SecretsManager.4, Config secretsmanager-secret-periodic-rotation,
    Checkov CKV_AWS_304
    """
    wanted = int(rotation.params["maxDays"])
    days = rotation.get("rotationRules.automaticallyAfterDays")
    schedule = rotation.get("rotationRules.scheduleExpression")
    if UNKNOWN in (days, schedule) or 1 <= (number(days) or 0) <= wanted:
        return
    gap = longest_gap(schedule) if isinstance(schedule, str) else None
    if gap is None or gap > wanted:
        yield (
            f"The rotation '{rotation.name}' must rotate the secret at least every {wanted} days:"
            f" set rotation_rules.automatically_after_days to {wanted} or less."
        )


@require_value(SECRET, path="kmsKeyId", value=is_customer_managed_key)
@classify("security", "identity", "low", "advisory", when="sensitive")
def secretsmanager_own_key() -> None:
    """Secrets must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the secret, and access can be revoked.

    References: Config secretsmanager-using-cmk, Checkov CKV_AWS_149
    """


@rule(SECRET_POLICY, SECRET)
@classify("security", "identity", "critical", "mandatory")
def secretsmanager_policy_no_open_principal(secret: Resource) -> Messages:
    """Secret policies must not allow every principal.

    Anyone with an AWS account can then read or change the secret.

    References: CIS 7.0 2.21
    """
    return public_access(secret, "policy of the secret", "roles as Principal")


@require_value(SECRET_POLICY, path="blockPublicPolicy", remediates=True)
@classify("security", "identity", "medium", "mandatory")
def secretsmanager_blocks_public_policy() -> None:
    """Secret policies must block public access.

    With public access blocked, Secrets Manager rejects policies that grant broad access.
    """


def _is_on(rotation: Resource) -> bool:
    return not is_false(rotation.get("rotationEnabled"))
