"""RDS: read replicas of database instances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.provider.cloud import AwsError
from localcloud.provider.row import CheckFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

SENT = """autoMinorVersionUpgrade availabilityZone caCertIdentifier copyTagsToSnapshot
    databaseInsightsMode dbSubnetGroupName deletionProtection enabledCloudwatchLogsExports
    iamDatabaseAuthenticationEnabled identifier instanceClass iops kmsKeyId maxAllocatedStorage
    monitoringInterval monitoringRoleArn multiAz networkType optionGroupName parameterGroupName
    performanceInsightsEnabled performanceInsightsKmsKeyId performanceInsightsRetentionPeriod port
    publiclyAccessible replicateSourceDb storageThroughput storageType"""
"""Inputs that `CreateDBInstanceReadReplica` takes."""

OF_SOURCE = ("dbName", "manageMasterUserPassword", "password", "username")
"""Inputs that a read replica has from its source."""


def identifier(value: Any, _: Mapping[str, Any]) -> Any:
    """Return the identifier of the source, which a program may name by its ARN."""
    return value.rsplit(":", 1)[-1] if isinstance(value, str) else value


def after_creation(context: Context) -> Context:
    """Return *context* with what remains to be changed: RDS takes it in another call."""
    left = context.inputs.keys() - {*SENT.split(), "allocatedStorage", "engine"}
    return replace(context, changed=frozenset(left), id=context.id)


def is_promoted(context: Context) -> bool:
    """Return whether the source of an existing replica was dropped or changed."""
    old, new = (
        identifier(place.get("replicateSourceDb"), place)
        for place in (context.olds, context.inputs)
    )
    return bool(old) and old != new


def promote(context: Context, named: Mapping[str, str]) -> None:
    """Make the replica an instance of its own."""
    wanted = context.inputs.get("replicateSourceDb")
    if wanted:
        found = context.olds["replicateSourceDb"]
        text = f"replicateSourceDb is {wanted}: a replica of {found} cannot get another source"
        raise AwsError("ModifyDBInstance", "InvalidParameterCombination", text)
    days = context.get("backupRetentionPeriod")
    backups = {} if days is None else {"BackupRetentionPeriod": int(days)}
    context.call("PromoteReadReplica", **named, **backups)


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield inputs that a read replica cannot have."""
    for key in OF_SOURCE:
        if inputs.get(key):
            yield CheckFailure(key, "conflicts with replicateSourceDb: a replica has its source's")
