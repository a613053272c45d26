"""Settings of clusters and instances that moto drops or does not update."""

from __future__ import annotations

import secrets
import string
from typing import Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBCluster, DBInstance, RDSBackend

_KEPT = (
    "ca_certificate_identifier", "database_insights_mode", "enable_iam_database_authentication",
    "enable_performance_insights", "engine_lifecycle_support", "monitoring_interval",
    "monitoring_role_arn", "performance_insights_kms_key_id",
    "performance_insights_retention_period",
)  # fmt: skip
_cluster = DBCluster.__init__
_instance = DBInstance.__init__
_subnet_group = RDSBackend.create_subnet_group
_update = DBInstance.update
_modify = RDSBackend.modify_db_cluster


def install() -> None:
    """Keep and return these settings."""
    DBCluster.__init__ = _made_cluster  # type: ignore[method-assign]
    DBInstance.default_engine_versions["postgres"] = "17.6"
    DBInstance.__init__ = _made_instance  # type: ignore[method-assign]
    RDSBackend.create_subnet_group = _group_made  # type: ignore[method-assign]
    RDSBackend.modify_db_cluster = _modified  # type: ignore[method-assign]
    DBInstance.update = _updated  # type: ignore[method-assign]
    for kind in (DBCluster, DBInstance):
        kind.performance_insights_enabled = property(  # type: ignore[attr-defined]
            lambda self: getattr(self, "enable_performance_insights", None) or False
        )
    cluster: Any = DBCluster
    cluster.iam_database_authentication_enabled = property(
        lambda self: bool(getattr(self, "enable_iam_database_authentication", self.iam_auth))
    )
    cluster.certificate_details = property(
        lambda self: {
            "CAIdentifier": getattr(self, "ca_certificate_identifier", "rds-ca-rsa2048-g1")
        }
    )


def _made_cluster(self: Any, *args: Any, **kwargs: Any) -> None:
    _cluster(self, *args, **kwargs)
    _keep(self, kwargs)


def _made_instance(self: Any, *args: Any, **kwargs: Any) -> None:
    _instance(self, *args, **kwargs)
    _keep(self, kwargs)
    letters = string.ascii_uppercase + string.digits
    self.dbi_resource_id = "db-" + "".join(secrets.choice(letters) for _ in range(26))


def _group_made(self: Any, subnet_name: str, *args: Any, **kwargs: Any) -> Any:
    if subnet_name in self.subnet_groups:
        text = f"The DB subnet group '{subnet_name}' already exists."
        raise RDSClientError("DBSubnetGroupAlreadyExists", text)
    return _subnet_group(self, subnet_name, *args, **kwargs)


def _keep(found: Any, wanted: dict[str, Any]) -> None:
    for name in _KEPT:
        if wanted.get(name) is not None:
            setattr(found, name, wanted[name])


def _modified(self: Any, kwargs: dict[str, Any]) -> Any:
    exports = kwargs.pop("cloudwatch_logs_export_configuration", None)
    if exports:
        kwargs["enable_cloudwatch_logs_exports"] = exports
    key = kwargs.get("master_user_secret_kms_key_id")
    answer = _modify(self, kwargs)
    if key and hasattr(answer, "master_user_secret"):
        answer.master_user_secret.secret.kms_key_id = key
    return answer


def _updated(self: Any, **kwargs: Any) -> None:
    if port := kwargs.pop("db_port_number", None):
        self.port = port
    key = kwargs.get("master_user_secret_kms_key_id")
    _update(self, **kwargs)
    if key and hasattr(self, "master_user_secret"):
        self.master_user_secret.secret.kms_key_id = key
