"""Rules on the IAM account password policy."""

from __future__ import annotations

from policy.engine.rule import Findings, Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_not_true, number

ACCOUNT_PASSWORD_POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"  # noqa: S105 - a type
CLASSES = {
    "requireLowercaseCharacters": "require_lowercase_characters",
    "requireUppercaseCharacters": "require_uppercase_characters",
    "requireNumbers": "require_numbers",
    "requireSymbols": "require_symbols",
}


@rule(
    ACCOUNT_PASSWORD_POLICY,
    params={"minLength": 14},
    remediate=lambda policy: {"minimumPasswordLength": policy.params["minLength"]},
)
@classify("security", "identity", "medium", "mandatory")
def iam_password_length(policy: Resource) -> Messages:
    """Password policies must require long passwords.

    Longer passwords are exponentially harder to guess.

    References: FSBP IAM.7, Security Hub IAM.10, Security Hub IAM.15, CIS 3.0 1.8,
    Config iam-password-policy, Checkov CKV_AWS_10
    Remediation: Raise minimum_password_length to the minimum.
    """
    length, wanted = policy.get("minimumPasswordLength"), int(policy.params["minLength"])
    if length is not UNKNOWN and (number(length) or 0) < wanted:
        yield (
            f"The password policy '{policy.name}' must require {wanted} characters or more: set"
            f" minimum_password_length={wanted}."
        )


@rule(
    ACCOUNT_PASSWORD_POLICY,
    params={"minGenerations": 24},
    remediate=lambda policy: {"passwordReusePrevention": policy.params["minGenerations"]},
)
@classify("security", "identity", "low", "advisory")
def iam_password_reuse(policy: Resource) -> Messages:
    """Password policies must prevent password reuse.

    A reused password may already have been leaked.

    References: Security Hub IAM.10, Security Hub IAM.16, CIS 3.0 1.9, Config iam-password-policy,
    Checkov CKV_AWS_13
    Remediation: Raise password_reuse_prevention to the minimum.
    """
    kept, wanted = policy.get("passwordReusePrevention"), int(policy.params["minGenerations"])
    if kept is not UNKNOWN and (number(kept) or 0) < wanted:
        yield (
            f"The password policy '{policy.name}' must prevent reuse of the last {wanted}"
            f" passwords: set password_reuse_prevention={wanted}."
        )


@rule(ACCOUNT_PASSWORD_POLICY, remediate=lambda _: dict.fromkeys(CLASSES, True))
@classify("security", "identity", "medium", "mandatory")
def iam_password_classes(policy: Resource) -> Findings:
    """Password policies must require all character classes.

    Passwords that use a single character class are easy to guess.

    References: FSBP IAM.7, Security Hub IAM.10,
    Security Hub IAM.11 (require_uppercase_characters),
    Security Hub IAM.12 (require_lowercase_characters), Security Hub IAM.13 (require_symbols),
    Security Hub IAM.14 (require_numbers), Config iam-password-policy, Checkov CKV_AWS_11,
    Checkov CKV_AWS_12, Checkov CKV_AWS_14, Checkov CKV_AWS_15
    Remediation: Set the four requirements to True.
    """
    lacking = [argument for path, argument in CLASSES.items() if is_not_true(policy.get(path))]
    if lacking:
        yield policy.finding(
            f"The password policy '{policy.name}' must require all character classes: set"
            f" {', '.join(f'{one}=True' for one in lacking)}.",
            *lacking,
        )
