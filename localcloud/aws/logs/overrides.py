"""AssociateKmsKey and DisassociateKmsKey, which moto does not have."""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse


def install() -> None:
    """Add the operations."""
    responses: Any = LogsResponse
    responses.associate_kms_key = _associate
    responses.disassociate_kms_key = _disassociate


def _group(self: Any) -> Any:
    group = self.logs_backend.groups.get(self._get_param("logGroupName"))
    if group is None:
        raise ResourceNotFoundException
    return group


def _associate(self: Any) -> str:
    _group(self).kms_key_id = self._get_param("kmsKeyId")
    return ""


def _disassociate(self: Any) -> str:
    _group(self).kms_key_id = None
    return ""
