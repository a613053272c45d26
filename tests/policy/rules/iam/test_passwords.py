"""Tests of policy.rules.iam.passwords."""

import pytest

from policy.rules.iam.passwords import iam_password_classes, iam_password_length, iam_password_reuse
from policy.testing import check

PASSWORDS = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"
STRICT = {
    "minimumPasswordLength": 14,
    "passwordReusePrevention": 24,
    "requireLowercaseCharacters": True,
    "requireUppercaseCharacters": True,
    "requireNumbers": True,
    "requireSymbols": True,
}


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (iam_password_length, "minimumPasswordLength"),
        (iam_password_reuse, "passwordReusePrevention"),
    ],
)
def test_passwords_must_be_long_and_new(rule, path):
    check(rule, PASSWORDS, STRICT, broken=[{path: None}, {path: 6}], unknown_at=[path])


@pytest.mark.parametrize("path", [path for path in STRICT if path.startswith("require")])
def test_iam_password_classes(path):
    check(
        iam_password_classes,
        PASSWORDS,
        STRICT,
        broken=[{path: None}, {path: False}],
        unknown_at=[path],
    )
