"""Read replicas of instances: instances that are served by the server of their source."""

from __future__ import annotations

import copy
from typing import Any

from moto.core.utils import utcnow
from moto.rds.exceptions import DBInstanceAlreadyExists, RDSClientError
from moto.rds.models import RDSBackend

from localcloud.aws.rds.overrides.settings import new_resource_id

OWN = {"backup_retention_period": 0, "deletion_protection": False, "multi_az": False, "tags": []}
"""Settings that a replica does not have from its source, with their defaults."""

_modify = RDSBackend.modify_db_instance
_delete = RDSBackend.delete_db_instance


def install() -> None:
    """Replace the operations."""
    backend: Any = RDSBackend
    backend.create_db_instance_read_replica = _create
    backend.modify_db_instance = _modified
    backend.delete_db_instance = _deleted
    backend.promote_read_replica = _promote


def _create(self: Any, db_kwargs: Any) -> Any:
    name, arn = (
        db_kwargs[key] for key in ("db_instance_identifier", "source_db_instance_identifier")
    )
    if name in self.databases:
        raise DBInstanceAlreadyExists
    self._validate_db_identifier(name)
    source = self.find_db_from_id(arn)
    if source.region != self.region_name:
        raise NotImplementedError(f"a replica in another Region than {source.region}")
    if source.manage_master_user_password and not source.engine.startswith("sqlserver"):
        raise RDSClientError(
            "InvalidParameterValue",
            f"Creating read replicas for source instance with engine {source.engine} where"
            " ManageMasterUserPassword is enabled is not supported.",
        )
    if not source.backup_retention_period:
        raise RDSClientError(
            "InvalidDBInstanceState",
            "Automated backups are not enabled for this database instance. To enable automated"
            " backups, use ModifyDBInstance to set the backup retention period to a non-zero"
            " value.",
        )
    replica = copy.copy(source)
    replica.set_as_replica()
    replica.created = replica.instance_create_time = utcnow()
    replica.dbi_resource_id = new_resource_id()
    replica.manage_master_user_password = False
    vars(replica).pop("master_user_secret", None)
    wanted = {**OWN, **dict(db_kwargs)}
    replica.enabled_cloudwatch_logs_exports = wanted.pop("enable_cloudwatch_logs_exports", [])
    wanted["source_db_instance_identifier"] = source.db_instance_identifier
    replica.update(**wanted)
    self.databases[name] = replica
    source.add_replica(replica)
    return replica


def _modified(self: Any, db_instance_identifier: str, db_kwargs: Any) -> Any:
    [instance] = self.describe_db_instances(db_instance_identifier)
    if instance.is_replica and "master_user_password" in db_kwargs:
        raise RDSClientError(
            "InvalidParameterCombination",
            f"Cannot change master user password on an RDS {instance.engine} Read Replica because"
            " it uses physical replication and therefore cannot differ from its parent.",
        )
    return _modify(self, db_instance_identifier, db_kwargs)


def _deleted(self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
    [instance] = self.describe_db_instances(db_instance_identifier)
    if instance.replicas:
        raise NotImplementedError(
            f"{db_instance_identifier} has the read replicas {', '.join(instance.replicas)}, which"
            " RDS would promote. Delete them first"
        )
    return _delete(self, db_instance_identifier, *args, **kwargs)


def _promote(self: Any, db_kwargs: Any) -> Any:
    [replica] = self.describe_db_instances(db_kwargs["db_instance_identifier"])
    if not replica.is_replica:
        raise RDSClientError(
            "InvalidDBInstanceState", f"{replica.db_instance_identifier} is not a read replica."
        )
    self.find_db_from_id(replica.source_db_instance_identifier).remove_replica(replica)
    replica.is_replica, replica.source_db_instance_identifier = False, None
    replica.backup_retention_period = db_kwargs.get("backup_retention_period", 1)
    return replica
