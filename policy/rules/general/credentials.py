"""Rules on credentials in properties."""

from __future__ import annotations

import re

from policy.engine import resource_types as aws
from policy.engine.rule import (
    ANY_TYPE,
    Findings,
    Messages,
    Resource,
    Stack,
    classify,
    rule,
    stack_rule,
)
from policy.engine.secrets import contains_secret
from policy.engine.values import is_false, strings

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type
SECRET_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"  # noqa: S105 - a type
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"  # noqa: S105 - a type


@rule(ANY_TYPE)
@classify("security", "identity", "critical", "mandatory")
def no_credentials_in_properties(resource: Resource) -> Messages:
    """Resources must not contain credentials in their properties.

    Credentials in properties are visible in the program and in previews, and can end up in state.

    References: Checkov CKV_AWS_45, Checkov CKV_AWS_46
    """
    held = [
        key
        for key, value in resource.props.items()
        if any(contains_secret(resource.settings, text) for text in strings(value))
    ]
    if held:
        arguments = ", ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower() for key in held)
        yield (
            f"The resource '{resource.name}' must not contain a credential: move the value of"
            f" {arguments} to Secrets Manager and pass the ARN of the secret."
        )


@stack_rule(SECRET_VERSION, aws.SSM_PARAMETER, SECRET, SECRET_ROTATION)
@classify("security", "identity", "critical", "mandatory")
def secret_value_not_literal(stack: Stack) -> Findings:
    """Values of secrets must not be literals in the program.

    A secret in the program is visible in source control and to everyone with a checkout. The first
    value of a secret that is rotated at once may be one: it is worth nothing afterwards.
    """
    for holder in stack.of_type(SECRET_VERSION, aws.SSM_PARAMETER):
        for path, argument in _value_paths(holder):
            value = holder.get(path)
            literal = isinstance(value, str) and value and stack.refers_outside_stack(holder, path)
            if literal and not _is_replaced(stack, holder):
                yield holder.finding(
                    f"The secret '{holder.name}' must take its value from another resource: set"
                    f" {argument} to an output, such as a random password, or set the value"
                    " outside the program."
                )


def _is_replaced(stack: Stack, holder: Resource) -> bool:
    return any(
        not is_false(rotation.get("rotateImmediately"))
        for secret in stack.references(holder, "secretId", SECRET)
        for rotation in stack.referrers("secretId", secret, SECRET_ROTATION)
    )


def _value_paths(holder: Resource) -> tuple[tuple[str, str], ...]:
    if holder.type == SECRET_VERSION:
        return (("secretString", "secret_string"), ("secretBinary", "secret_binary"))
    return (("value", "value"),) if holder.get("type") == "SecureString" else ()
