"""Errors of Secrets Manager: the status, and the words for a name that waits for its deletion."""

from __future__ import annotations

import json
from typing import Any

from moto.secretsmanager import exceptions
from moto.secretsmanager.exceptions import (
    InvalidRequestException,
    SecretNotFoundException,
    SecretsManagerClientError,
)
from moto.secretsmanager.models import SecretsManagerBackend

_create = SecretsManagerBackend.create_secret
_list_versions = SecretsManagerBackend.list_secret_version_ids


def install() -> None:
    """Answer 400, and the ARN where moto answers the name."""
    for name in (
        "ResourceNotFoundException",
        "SecretNotFoundException",
        "SecretHasNoValueException",
        "SecretStageVersionMismatchException",
    ):
        kind: Any = getattr(exceptions, name)
        kind.__init__ = _bad_request(kind.__init__)
    SecretsManagerBackend.create_secret = _created  # type: ignore[method-assign]
    SecretsManagerBackend.list_secret_version_ids = _versions  # type: ignore[method-assign]


def _bad_request(make: Any) -> Any:
    def made(self: SecretsManagerClientError, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.code = 400

    return made


def _created(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    if name in self.secrets and self.secrets[name].is_deleted():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled for"
            " deletion."
        )
    return _create(self, name, *args, **kwargs)


def _versions(self: Any, secret_id: str) -> str:
    if secret_id not in self.secrets:
        raise SecretNotFoundException
    answer = json.loads(_list_versions(self, secret_id))
    answer.pop("NextToken", None)
    return json.dumps({**answer, "ARN": self.secrets[secret_id].arn})
