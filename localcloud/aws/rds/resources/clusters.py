"""RDS: Aurora clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.rds.resources.cluster_checks import check_cluster
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
    Tagging,
    each,
)

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TAGS = Tagging(
    tag="AddTagsToResource",
    untag="RemoveTagsFromResource",
    read="ListTagsForResource",
    keys={"ResourceName": "arn"},
)
"""Tagging of every RDS resource."""

IDENTIFIER = Limit(max_length=63, pattern=r"[a-z](-?[a-z0-9])*")
READY = {"available", "backing-up", "storage-optimization"}
BROKEN = {"failed", "incompatible-parameters", "incompatible-restore", "incompatible-network"}

NAMES = {
    "clusterIdentifier": "DBClusterIdentifier",
    "dbClusterInstanceClass": "DBClusterInstanceClass",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "masterPassword": "MasterUserPassword",
    "masterPasswordWo": "MasterUserPassword",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
}
"""Input of a cluster -> member, for irregular names."""

CHANGEABLE = """allocatedStorage autoMinorVersionUpgrade backtrackWindow backupRetentionPeriod
    caCertificateIdentifier copyTagsToSnapshot databaseInsightsMode dbClusterInstanceClass
    dbClusterParameterGroupName dbInstanceParameterGroupName deletionProtection domain
    domainIamRoleName enableGlobalWriteForwarding enableLocalWriteForwarding
    engineLifecycleSupport engineVersion iamDatabaseAuthenticationEnabled iops
    manageMasterUserPassword masterPassword masterUserSecretKmsKeyId monitoringInterval
    monitoringRoleArn networkType performanceInsightsEnabled performanceInsightsKmsKeyId
    performanceInsightsRetentionPeriod port preferredBackupWindow preferredMaintenanceWindow
    scalingConfiguration serverlessv2ScalingConfiguration storageType vpcSecurityGroupIds"""
"""Inputs that `ModifyDBCluster` takes."""


def change_cluster(context: Context) -> None:
    """Modify the cluster immediately: maintenance windows are not emulated."""
    sent = [name for name in CHANGEABLE.split() if name in context.changed & {*context.inputs}]
    members: dict[str, Any] = {}
    if "masterPasswordWoVersion" in context.changed and "masterPasswordWo" in context.inputs:
        members["MasterUserPassword"] = context.inputs["masterPasswordWo"]
    if "allowMajorVersionUpgrade" in context.inputs and "engineVersion" in sent:
        members["AllowMajorVersionUpgrade"] = bool(context.inputs["allowMajorVersionUpgrade"])
    if "enabledCloudwatchLogsExports" in context.changed:
        members["CloudwatchLogsExportConfiguration"] = log_exports(
            context.inputs.get("enabledCloudwatchLogsExports"), describe_cluster(context)
        )
    if sent or members:
        fixed = {"ApplyImmediately": True, **members}
        keys = {"DBClusterIdentifier": "id"}
        only = " ".join(sent) or "nothing"
        op = Op(name="ModifyDBCluster", keys=keys, only=only, rename=NAMES, fixed=fixed)
        context.call_with_inputs(op)
    if "enableHttpEndpoint" in context.changed and "enableHttpEndpoint" in context.inputs:
        enabled = context.inputs["enableHttpEndpoint"]
        operation = "EnableHttpEndpoint" if enabled else "DisableHttpEndpoint"
        context.call(operation, ResourceArn=context.olds["arn"])


def log_exports(wanted: list[str] | None, found: Properties | None) -> dict[str, list[str]]:
    """Return the log exports to enable and to disable."""
    want, have = set(wanted or ()), set((found or {}).get("EnabledCloudwatchLogsExports") or ())
    return {"EnableLogTypes": sorted(want - have), "DisableLogTypes": sorted(have - want)}


def describe_cluster(context: Context) -> dict[str, Any] | None:
    """Return the cluster as RDS describes it."""
    found = context.call("DescribeDBClusters", DBClusterIdentifier=context.id)["DBClusters"]
    return found[0] if found else None


def cluster_ready(context: Context) -> None:
    """Wait until the cluster is available."""
    context.wait(
        f"the database cluster {context.id} to become available",
        lambda: is_ready((describe_cluster(context) or {}).get("Status", "")),
    )


def is_ready(status: str) -> bool:
    """Say whether *status* is a ready one; raise if it is a failure."""
    if status in BROKEN:
        raise AwsError("RDS", status, f"the database has the status {status}")
    return status in READY


def cluster_outputs(context: Context, found: Properties) -> Properties:
    """Return the outputs whose form differs from AWS's response."""
    return {
        "clusterMembers": [m["DBInstanceIdentifier"] for m in found.get("DBClusterMembers", [])],
        "engineVersion": version(context, found),
        **secret_outputs(context, found),
    }


def secret_outputs(context: Context, found: Properties) -> Properties:
    """Return the outputs of the secret with the password of the master user."""
    outputs: dict[str, Any] = {"manageMasterUserPassword": "MasterUserSecret" in found}
    if secret := found.get("MasterUserSecret"):
        names = {"secretArn": "SecretArn", "secretStatus": "SecretStatus", "kmsKeyId": "KmsKeyId"}
        written = str(context.get("masterUserSecretKmsKeyId") or "arn:")
        outputs["masterUserSecretKmsKeyId"] = (
            secret.get("KmsKeyId") if written.startswith("arn:") else written
        )
        outputs["masterUserSecrets"] = [{n: secret[m] for n, m in names.items() if m in secret}]
    return outputs


def version(context: Context, found: Properties) -> str:
    """Return the engine version with the program's precision: 16, or 16.4."""
    actual, written = str(found.get("EngineVersion", "")), str(context.get("engineVersion") or "")
    return written if written and actual.startswith(f"{written}.") else actual


def remove_cluster(context: Context) -> None:
    """Delete the cluster, with a final snapshot unless `skipFinalSnapshot` is set."""
    members: dict[str, Any] = {"SkipFinalSnapshot": bool(context.get("skipFinalSnapshot"))}
    if not members["SkipFinalSnapshot"]:
        snapshot = context.get("finalSnapshotIdentifier")
        if not snapshot:
            want = "deploy it with skipFinalSnapshot, or with finalSnapshotIdentifier, first"
            raise AwsError("DeleteDBCluster", "FinalSnapshotRequired", want)
        members["FinalDBSnapshotIdentifier"] = snapshot
    context.call("DeleteDBCluster", DBClusterIdentifier=context.id, **members)
    context.wait(f"the database cluster {context.id} to go", lambda: is_gone(context))


def is_gone(context: Context) -> bool:
    """Say whether the cluster is deleted."""
    try:
        return describe_cluster(context) is None
    except AwsError as error:
        if context.is_not_found(error):
            return True
        raise


CLUSTER = Row(
    type="aws:rds/cluster:Cluster",
    service="rds",
    inputs={
        **each(
            UPDATE,
            """allocatedStorage caCertificateIdentifier databaseInsightsMode
            dbClusterInstanceClass dbClusterParameterGroupName
            engineLifecycleSupport engineVersion iops
            masterUserSecretKmsKeyId monitoringInterval monitoringRoleArn networkType
            performanceInsightsKmsKeyId performanceInsightsRetentionPeriod
            preferredBackupWindow preferredMaintenanceWindow
            serverlessv2ScalingConfiguration storageType tags""",
        ),
        **each(
            UPDATE,
            """allowMajorVersionUpgrade applyImmediately dbInstanceParameterGroupName
            finalSnapshotIdentifier masterPasswordWoVersion skipFinalSnapshot""",
            state_only=True,
        ),
        **{
            key: Input(UPDATE, supported=False)
            for key in (
                "domain",
                "domainIamRoleName",
                "enableGlobalWriteForwarding",
                "enableLocalWriteForwarding",
                "scalingConfiguration",
            )
        },
        "deleteAutomatedBackups": Input(UPDATE, default=True, state_only=True),
        **each(
            REPLACE,
            """clusterIdentifierPrefix clusterScalabilityType dbSubnetGroupName
            kmsKeyId publiclyAccessible region storageEncrypted""",
        ),
        **each(IGNORED, "clusterMembers warningEventCategories"),
        "autoMinorVersionUpgrade": Input(UPDATE, reset=True),
        "backtrackWindow": Input(UPDATE, reset=0),
        "copyTagsToSnapshot": Input(UPDATE, reset=False),
        "deletionProtection": Input(UPDATE, reset=False),
        "enableHttpEndpoint": Input(UPDATE, reset=False),
        "iamDatabaseAuthenticationEnabled": Input(UPDATE, reset=False),
        "manageMasterUserPassword": Input(UPDATE, reset=False),
        "performanceInsightsEnabled": Input(UPDATE, reset=False),
        "backupRetentionPeriod": Input(UPDATE, limit=Limit(1, 35)),
        "port": Input(UPDATE, limit=Limit(1150, 65_535), local_address=True),
        "serverlessv2ScalingConfiguration.maxCapacity": Input(UPDATE, limit=Limit(1, 256)),
        "serverlessv2ScalingConfiguration.minCapacity": Input(UPDATE, limit=Limit(0, 256)),
        "serverlessv2ScalingConfiguration.secondsUntilAutoPause": Input(
            UPDATE, limit=Limit(300, 86_400), chosen_by_aws=True
        ),
        "enabledCloudwatchLogsExports": Input(UPDATE, unordered=True),
        "vpcSecurityGroupIds": Input(UPDATE, unordered=True),
        "masterPassword": Input(UPDATE, secret=True, write_only=True),
        "globalClusterIdentifier": Input(UPDATE, supported=False),
        "iamRoles": Input(UPDATE, supported=False),
        "replicationSourceIdentifier": Input(UPDATE, supported=False),
        "clusterIdentifier": Input(REPLACE, limit=IDENTIFIER),
        "engine": Input(
            REPLACE, limit=Limit(one_of=("aurora-postgresql", "aurora-mysql", "postgres", "mysql"))
        ),
        "engineMode": Input(
            REPLACE,
            default="provisioned",
            limit=Limit(one_of=("provisioned", "serverless", "parallelquery", "global")),
        ),
        "databaseName": Input(
            REPLACE, limit=Limit(max_length=63, pattern="[A-Za-z_][A-Za-z0-9_]*")
        ),
        "masterUsername": Input(
            REPLACE, limit=Limit(max_length=63, pattern="[A-Za-z_][A-Za-z0-9_]*")
        ),
        "availabilityZones": Input(REPLACE, unordered=True),
        "dbSystemId": Input(REPLACE, supported=False),
        "restoreToPointInTime": Input(REPLACE, supported=False),
        "s3Import": Input(REPLACE, supported=False),
        "snapshotIdentifier": Input(REPLACE, supported=False),
        "sourceRegion": Input(REPLACE, supported=False),
        "masterPasswordWo": Input(IGNORED, secret=True),
    },
    mode=Mode.OVERLAY,
    name=Naming(
        property="clusterIdentifier",
        prefix_property="clusterIdentifierPrefix",
        max_length=63,
        lower=True,
    ),
    create=Op(name="CreateDBCluster", rename=NAMES),
    id="DBCluster.DBClusterIdentifier",
    read=describe_cluster,
    update=change_cluster,
    delete=remove_cluster,
    wait_until_ready=cluster_ready,
    tags=TAGS,
    outputs={
        "arn": "DBClusterArn",
        "caCertificateIdentifier": "CertificateDetails.CAIdentifier",
        "clusterIdentifier": "DBClusterIdentifier",
        "clusterResourceId": "DbClusterResourceId",
        "dbClusterParameterGroupName": "DBClusterParameterGroup",
        "dbSubnetGroupName": "DBSubnetGroup",
        "enableHttpEndpoint": "HttpEndpointEnabled",
        "engineVersionActual": "EngineVersion",
        "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
        **dict.fromkeys(
            (
                "kmsKeyId",
                "publiclyAccessible",
                "storageType",
            ),
            "",
        ),
    },
    computed=cluster_outputs,
    check=check_cluster,
    time_limit=7200,
)

ROWS = (CLUSTER,)
