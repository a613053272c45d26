"""Parses `valueFrom` of the secrets of a container."""

from __future__ import annotations

import json
from dataclasses import dataclass

SECRET_ARN_PARTS = 7


class SecretUnavailableError(Exception):
    """Raised when a secret of a container cannot be read."""


@dataclass(frozen=True)
class SecretReference:
    """A secret in Secrets Manager, or a key of its JSON object."""

    arn: str
    json_key: str | None = None
    version_stage: str | None = None
    version_id: str | None = None

    def pick(self, text: str) -> str:
        """Return the referenced value of the secret *text*; raises SecretUnavailableError."""
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
    """Return the secret that *value_from* references; None for an SSM parameter."""
    parts = value_from.split(":")
    if len(parts) < SECRET_ARN_PARTS or parts[2] != "secretsmanager":
        return None
    rest = [*parts[SECRET_ARN_PARTS:], "", "", ""]
    arn = ":".join(parts[:SECRET_ARN_PARTS])
    return SecretReference(arn, rest[0] or None, rest[1] or None, rest[2] or None)


def parameter_name(value_from: str) -> str:
    """Return the name of the SSM parameter that *value_from* references by ARN or name."""
    _, found, name = value_from.partition(":parameter/")
    return f"/{name}" if found and "/" in name else (name if found else value_from)
