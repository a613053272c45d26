"""RDS: database instances of their own, outside of Aurora."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.rds.engines import INSTANCE_ENGINES
from localcloud.aws.rds.resources import replicas
from localcloud.aws.rds.resources.clusters import (
    IDENTIFIER,
    TAGS,
    log_exports,
    secret_outputs,
    version,
)
from localcloud.aws.rds.resources.instance_checks import check, require_master_user
from localcloud.aws.rds.resources.instances import instance_ready, is_gone
from localcloud.provider.cloud import AwsError
from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    Input,
    Limit,
    Mode,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

RENAME = {
    "backupWindow": "PreferredBackupWindow",
    "caCertIdentifier": "CACertificateIdentifier",
    "dbName": "DBName",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "parameterGroupName": "DBParameterGroupName",
    "password": "MasterUserPassword",
    "passwordWo": "MasterUserPassword",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "port": "Port",
    "replicateSourceDb": "SourceDBInstanceIdentifier",
    "username": "MasterUsername",
}
"""Input -> member, for irregular names."""


def describe(context: Context) -> dict[str, Any] | None:
    """Return the instance, by its resource ID, or by its identifier in an import."""
    by_id = context.id.startswith("db-")
    wanted: dict[str, Any] = {"DBInstanceIdentifier": context.id}
    if by_id:
        wanted = {"Filters": [{"Name": "dbi-resource-id", "Values": [context.id]}]}
    found = context.call("DescribeDBInstances", **wanted)["DBInstances"]
    if not found:
        return None
    context.id = found[0]["DbiResourceId"]
    return found[0]


def named(context: Context) -> dict[str, str]:
    """Return the member with the instance's identifier."""
    return {"DBInstanceIdentifier": context.get("identifier")}


def create(context: Context) -> str:
    """Create the instance, or a read replica of another one."""
    if "replicateSourceDb" in context.inputs:
        op = Op(name="CreateDBInstanceReadReplica", only=replicas.SENT, rename=RENAME)
        context.id = context.call_with_inputs(op)["DBInstance"]["DbiResourceId"]
        instance_ready(context, describe)
        change(replicas.after_creation(context))
        return context.id
    op = Op(name="CreateDBInstance", rename=RENAME, extra=require_master_user)
    context.id = context.call_with_inputs(op)["DBInstance"]["DbiResourceId"]
    return context.id


def change(context: Context) -> None:
    """Modify the instance immediately: maintenance windows are not emulated."""
    inputs, changed = context.inputs, context.changed
    if replicas.is_promoted(context):
        replicas.promote(context, named(context))
    sent = changed & {*inputs} & MODIFIED
    members: dict[str, Any] = {}
    if "passwordWoVersion" in changed and "passwordWo" in inputs:
        members["MasterUserPassword"] = inputs["passwordWo"]
    if "port" in sent:
        members["DBPortNumber"] = inputs["port"]
    if "engineVersion" in sent:
        members["AllowMajorVersionUpgrade"] = bool(inputs.get("allowMajorVersionUpgrade"))
    if "enabledCloudwatchLogsExports" in changed:
        members["CloudwatchLogsExportConfiguration"] = log_exports(
            inputs.get("enabledCloudwatchLogsExports"), describe(context)
        )
    if sent or members:
        fixed = {"ApplyImmediately": True, **named(context), **members}
        only = " ".join(sent - {"port"}) or "nothing"
        context.call_with_inputs(Op(name="ModifyDBInstance", only=only, rename=RENAME, fixed=fixed))


def outputs(context: Context, found: Properties) -> Properties:
    """Return the outputs whose form differs from AWS's response."""
    endpoint = found.get("Endpoint") or {}
    return {
        "endpoint": f"{endpoint.get('Address')}:{endpoint.get('Port')}",
        "engineVersion": version(context, found),
        "networkType": found.get("NetworkType") or "IPV4",
        **secret_outputs(context, found),
    }


def remove(context: Context) -> None:
    """Delete the instance, with a final snapshot unless `skipFinalSnapshot` is set."""
    members: dict[str, Any] = {"SkipFinalSnapshot": bool(context.get("skipFinalSnapshot"))}
    if not members["SkipFinalSnapshot"]:
        snapshot = context.get("finalSnapshotIdentifier")
        if not snapshot:
            want = "deploy it with skipFinalSnapshot, or with finalSnapshotIdentifier, first"
            raise AwsError("DeleteDBInstance", "FinalSnapshotRequired", want)
        members["FinalDBSnapshotIdentifier"] = snapshot
    context.call("DeleteDBInstance", **named(context), **members)
    context.wait(f"the database instance {context.id} to go", lambda: is_gone(context, describe))


INPUTS = {
    **each(
        UPDATE,
        """backupWindow caCertIdentifier databaseInsightsMode engineLifecycleSupport engineVersion
        iops licenseModel maintenanceWindow masterUserSecretKmsKeyId monitoringRoleArn
        multiAz networkType optionGroupName parameterGroupName
        performanceInsightsKmsKeyId performanceInsightsRetentionPeriod storageThroughput
        storageType tags""",
    ),
    **each(
        UPDATE,
        """allowMajorVersionUpgrade applyImmediately finalSnapshotIdentifier passwordWoVersion
        skipFinalSnapshot""",
        state_only=True,
    ),
    "deleteAutomatedBackups": Input(UPDATE, default=True, state_only=True),
    **each(
        REPLACE,
        """availabilityZone dbSubnetGroupName identifierPrefix kmsKeyId region storageEncrypted""",
    ),
    **{
        key: Input(UPDATE, supported=False)
        for key in (
            "blueGreenUpdate",
            "customerOwnedIpEnabled",
            "dedicatedLogVolume",
            "domain",
            "domainAuthSecretArn",
            "domainDnsIps",
            "domainFqdn",
            "domainIamRoleName",
            "domainOu",
            "replicaMode",
            "upgradeStorageConfig",
        )
    },
    **{
        key: Input(REPLACE, supported=False)
        for key in (
            "backupTarget",
            "characterSetName",
            "customIamInstanceProfile",
            "ncharCharacterSetName",
            "restoreToPointInTime",
            "s3Import",
            "snapshotIdentifier",
            "timezone",
        )
    },
    "warningEventCategories": Input(IGNORED),
    "allocatedStorage": Input(UPDATE, limit=Limit(20, 65_536)),
    "autoMinorVersionUpgrade": Input(UPDATE, default=True),
    "backupRetentionPeriod": Input(UPDATE, limit=Limit(0, 35)),
    "copyTagsToSnapshot": Input(UPDATE, reset=False),
    "dbName": Input(REPLACE, limit=Limit(max_length=64, pattern="[A-Za-z_][A-Za-z0-9_]*")),
    "deletionProtection": Input(UPDATE, reset=False),
    "enabledCloudwatchLogsExports": Input(UPDATE, unordered=True),
    "engine": Input(REPLACE, supported_values=tuple(INSTANCE_ENGINES)),
    "iamDatabaseAuthenticationEnabled": Input(UPDATE, reset=False),
    "identifier": Input(REPLACE, limit=IDENTIFIER),
    "instanceClass": Input(UPDATE, limit=Limit(pattern=r"db\.[a-z0-9-]+\.[a-z0-9]+")),
    "manageMasterUserPassword": Input(UPDATE, reset=False),
    "maxAllocatedStorage": Input(UPDATE, reset=lambda inputs: inputs.get("allocatedStorage")),
    "monitoringInterval": Input(UPDATE, reset=0, limit=Limit(one_of=(0, 1, 5, 10, 15, 30, 60))),
    "password": Input(UPDATE, secret=True, write_only=True, limit=Limit(min_length=8)),
    "passwordWo": Input(IGNORED, secret=True),
    "performanceInsightsEnabled": Input(UPDATE, reset=False),
    "port": Input(UPDATE, limit=Limit(1150, 65_535), local_address=True),
    "publiclyAccessible": Input(UPDATE, reset=False),
    "replicateSourceDb": Input(UPDATE, canonical=replicas.identifier),
    "username": Input(REPLACE, limit=Limit(max_length=63, pattern="[A-Za-z_][A-Za-z0-9_]*")),
    "vpcSecurityGroupIds": Input(UPDATE, unordered=True),
}
MODIFIED = {
    key
    for key, item in INPUTS.items()
    if item.effect is UPDATE and not item.state_only and item.supported and key != "tags"
} - {"enabledCloudwatchLogsExports", "replicateSourceDb"}
"""Inputs that `ModifyDBInstance` takes."""

INSTANCE = Row(
    type="aws:rds/instance:Instance",
    service="rds",
    inputs=INPUTS,
    mode=Mode.OVERLAY,
    name=Naming(
        property="identifier", prefix_property="identifierPrefix", max_length=63, lower=True
    ),
    create=create,
    check_operations=("CreateDBInstance",),
    read=describe,
    update=change,
    delete=remove,
    wait_until_ready=lambda context: instance_ready(context, describe),
    tags=TAGS,
    outputs={
        "address": "Endpoint.Address",
        "arn": "DBInstanceArn",
        "backupWindow": "PreferredBackupWindow",
        "caCertIdentifier": "CACertificateIdentifier",
        "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
        "engineVersionActual": "EngineVersion",
        "hostedZoneId": "Endpoint.HostedZoneId",
        "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
        "identifier": "DBInstanceIdentifier",
        "instanceClass": "DBInstanceClass",
        "latestRestorableTime": "",
        "listenerEndpoints": "[]",
        "maintenanceWindow": "PreferredMaintenanceWindow",
        "optionGroupName": "OptionGroupMemberships[0].OptionGroupName",
        "parameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
        "port": "Endpoint.Port",
        "replicas": "ReadReplicaDBInstanceIdentifiers || `[]`",
        "replicateSourceDb": "ReadReplicaSourceDBInstanceIdentifier",
        "resourceId": "DbiResourceId",
        "status": "DBInstanceStatus",
        "username": "MasterUsername",
        "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
    },
    computed=outputs,
    check=check,
    time_limit=2400,
)

ROWS = (INSTANCE,)
