"""Operations of EFS that moto lacks: updates of a file system, its policies and its protection."""

from __future__ import annotations

import json
import secrets
from typing import Any

from moto.efs import urls
from moto.efs.exceptions import FileSystemNotFound
from moto.efs.models import AccessPoint, EFSBackend, FileSystem
from moto.efs.responses import EFSResponse

_info = FileSystem.info_json
_make_point = AccessPoint.__init__
ENABLED = "ENABLED"
PROTECTION = "/2015-02-01/file-systems/<file_system_id>/protection"


def install() -> None:
    """Add the operations to moto."""
    urls.url_paths[PROTECTION] = urls.response.dispatch
    response: Any = EFSResponse
    response.update_file_system = _update
    response.update_file_system_protection = _protect
    response.put_backup_policy = _put_backup_policy
    response.delete_file_system_policy = _delete_policy
    AccessPoint.__init__ = _made_point  # type: ignore[method-assign]
    model: Any = FileSystem
    model.info_json = _described
    model.backup_policy = property(_backup_policy)


def _made_point(self: Any, *args: Any, **kwargs: Any) -> None:
    """Give the ID the 17 digits that other services require; moto's has eight."""
    _make_point(self, *args, **kwargs)
    head = self.access_point_arn.removesuffix(self.access_point_id)
    self.access_point_id = f"fsap-{secrets.token_hex(9)[:17]}"
    self.access_point_arn = f"{head}{self.access_point_id}"


def _of_request(self: Any) -> tuple[EFSBackend, Any]:
    backend = self.efs_backend
    id_ = self._get_param("FileSystemId")
    if id_ not in backend.file_systems_by_id:
        raise FileSystemNotFound(id_)
    return backend, backend.file_systems_by_id[id_]


def _answer(content: Any, status: int = 200) -> Any:
    return json.dumps(content), {"status": status, "Content-Type": "application/json"}


def _update(self: Any) -> Any:
    _, system = _of_request(self)
    if (mode := self._get_param("ThroughputMode")) is not None:
        system.throughput_mode = mode
    throughput = self._get_param("ProvisionedThroughputInMibps")
    provisioned = system.throughput_mode == "provisioned"
    if throughput is not None or not provisioned:
        system.provisioned_throughput_in_mibps = throughput if provisioned else None
    return _answer(system.info_json(), 202)


def _protect(self: Any) -> Any:
    _, system = _of_request(self)
    system.replication_overwrite = self._get_param("ReplicationOverwriteProtection")
    return _answer({"ReplicationOverwriteProtection": system.replication_overwrite})


def _put_backup_policy(self: Any) -> Any:
    _, system = _of_request(self)
    policy = self._get_param("BackupPolicy")
    system._backup = policy["Status"] == ENABLED  # noqa: SLF001 - moto's own place for it
    return _answer({"BackupPolicy": policy})


def _delete_policy(self: Any) -> Any:
    _, system = _of_request(self)
    system.file_system_policy = None
    return _answer({})


def _backup_policy(self: Any) -> dict[str, str]:
    return {"Status": ENABLED if self._backup else "DISABLED"}


def _described(self: Any) -> dict[str, Any]:
    found: dict[str, Any] = _info(self)
    found.pop("ReplicationOverwrite", None)
    overwrite = self.__dict__.get("replication_overwrite", ENABLED)
    protection = {"ReplicationOverwriteProtection": overwrite}
    return {**found, "FileSystemProtection": protection}
