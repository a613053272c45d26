"""Rules on the IAM account password policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Concern, Level, Pack, Severity, rule
from policy.engine.values import UNKNOWN, is_not_true, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

ACCOUNT_PASSWORD_POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"  # noqa: S105 - a type
CLASSES = {
    "requireLowercaseCharacters": "require_lowercase_characters",
    "requireUppercaseCharacters": "require_uppercase_characters",
    "requireNumbers": "require_numbers",
    "requireSymbols": "require_symbols",
}


@rule(
    ACCOUNT_PASSWORD_POLICY,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Longer passwords are exponentially harder to guess.",
    params={"minLength": 14},
    references=(
        "Security Hub IAM.15",
        "CIS 3.0 1.8",
        "Config iam-password-policy",
        "Checkov CKV_AWS_10",
    ),
    remediation="Raise minimum_password_length to the minimum.",
    remediate=lambda policy: {"minimumPasswordLength": policy.params["minLength"]},
)
def iam_password_length(policy: Resource) -> Iterator[str]:
    """Password policies must require long passwords."""
    length, wanted = policy.get("minimumPasswordLength"), int(policy.params["minLength"])
    if length is not UNKNOWN and (number(length) or 0) < wanted:
        yield (
            f"The password policy '{policy.name}' must require {wanted} characters or more: set"
            f" minimum_password_length={wanted}."
        )


@rule(
    ACCOUNT_PASSWORD_POLICY,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A reused password may already have been leaked.",
    params={"minGenerations": 24},
    references=(
        "Security Hub IAM.16",
        "CIS 3.0 1.9",
        "Config iam-password-policy",
        "Checkov CKV_AWS_13",
    ),
    remediation="Raise password_reuse_prevention to the minimum.",
    remediate=lambda policy: {"passwordReusePrevention": policy.params["minGenerations"]},
)
def iam_password_reuse(policy: Resource) -> Iterator[str]:
    """Password policies must prevent password reuse."""
    kept, wanted = policy.get("passwordReusePrevention"), int(policy.params["minGenerations"])
    if kept is not UNKNOWN and (number(kept) or 0) < wanted:
        yield (
            f"The password policy '{policy.name}' must prevent reuse of the last {wanted}"
            f" passwords: set password_reuse_prevention={wanted}."
        )


@rule(
    ACCOUNT_PASSWORD_POLICY,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Passwords that use a single character class are easy to guess.",
    references=(
        "FSBP IAM.7",
        "Config iam-password-policy",
        "Checkov CKV_AWS_11",
        "Checkov CKV_AWS_12",
        "Checkov CKV_AWS_14",
        "Checkov CKV_AWS_15",
    ),
    remediation="Set the four requirements to True.",
    remediate=lambda _: dict.fromkeys(CLASSES, True),
)
def iam_password_classes(policy: Resource) -> Iterator[str]:
    """Password policies must require all character classes."""
    lacking = [argument for path, argument in CLASSES.items() if is_not_true(policy.get(path))]
    if lacking:
        yield (
            f"The password policy '{policy.name}' must require all character classes: set"
            f" {', '.join(f'{one}=True' for one in lacking)}."
        )
