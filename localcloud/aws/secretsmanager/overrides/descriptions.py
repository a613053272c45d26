"""UpdateSecret can empty the description: moto ignores an empty one."""

from __future__ import annotations

from typing import Any

from moto.secretsmanager.models import SecretsManagerBackend

_update_secret = SecretsManagerBackend.update_secret


def install() -> None:
    """Replace `update_secret`."""
    SecretsManagerBackend.update_secret = _update  # type: ignore[method-assign]


def _update(self: Any, secret_id: str, *args: Any, **kwargs: Any) -> Any:
    answer = _update_secret(self, secret_id, *args, **kwargs)
    if kwargs.get("description") == "":
        self.secrets[secret_id].description = ""
    return answer
