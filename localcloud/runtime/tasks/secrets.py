"""Where the secrets of a container come from."""

from __future__ import annotations

import json
from dataclasses import dataclass

SECRET_ARN_PARTS = 7


class SecretUnavailableError(Exception):
    """A secret of a container cannot be read."""


@dataclass(frozen=True)
class SecretReference:
    """One secret in Secrets Manager, or one value of its JSON."""

    arn: str
    json_key: str | None = None
    version_stage: str | None = None
    version_id: str | None = None

    def pick(self, text: str) -> str:
        """Return what the reference means of the secret *text*."""
        if self.json_key is None:
            return text
        try:
            value = json.loads(text)[self.json_key]
        except (ValueError, KeyError, TypeError) as error:
            raise SecretUnavailableError(
                f"the secret {self.arn} has no JSON key '{self.json_key}'"
            ) from error
        return value if isinstance(value, str) else json.dumps(value)


def secret_reference(value_from: str) -> SecretReference | None:
    """Return which secret *value_from* names; None for a parameter of Systems Manager."""
    parts = value_from.split(":")
    if len(parts) < SECRET_ARN_PARTS or parts[2] != "secretsmanager":
        return None
    rest = [*parts[SECRET_ARN_PARTS:], "", "", ""]
    arn = ":".join(parts[:SECRET_ARN_PARTS])
    return SecretReference(arn, rest[0] or None, rest[1] or None, rest[2] or None)


def parameter_name(value_from: str) -> str:
    """Return the parameter that *value_from* names by ARN or by name."""
    _, found, name = value_from.partition(":parameter/")
    return f"/{name}" if found and "/" in name else (name if found else value_from)
