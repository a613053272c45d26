"""The period of a key's rotation, which moto drops."""

from __future__ import annotations

import json
from typing import Any

from moto.kms.responses import KmsResponse

DEFAULT_DAYS = 365
_enable = KmsResponse.enable_key_rotation
_status = KmsResponse.get_key_rotation_status


def install() -> None:
    """Keep and return the period."""
    KmsResponse.enable_key_rotation = _enabled  # type: ignore[method-assign]
    KmsResponse.get_key_rotation_status = _answered  # type: ignore[method-assign]


def _key(self: Any) -> Any:
    backend = self.kms_backend
    return backend.keys[backend.get_key_id(self._get_param("KeyId"))]


def _enabled(self: Any) -> str:
    answer = _enable(self)
    _key(self).rotation_period = self._get_param("RotationPeriodInDays") or DEFAULT_DAYS
    return answer


def _answered(self: Any) -> str:
    answer = json.loads(_status(self))
    if answer["KeyRotationEnabled"]:
        answer["RotationPeriodInDays"] = getattr(_key(self), "rotation_period", DEFAULT_DAYS)
    return json.dumps(answer)
