"""Examples of database clusters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.ec2 import GROUP, SUBNET, another, subnet, two_subnets

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

CLUSTER = "aws:rds/cluster:Cluster"
SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
FORCE_TLS = {"name": "rds.force_ssl", "value": "1"}
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"


def cluster(stage: Stage) -> dict:
    return {
        "engine": "aurora-postgresql",
        "engineVersion": "16",
        "databaseName": "example",
        "masterUsername": "root_user",
        "manageMasterUserPassword": True,
        "dbSubnetGroupName": stage.make(SUBNETS)["name"],
        "dbClusterParameterGroupName": stage.make(PARAMETERS)["name"],
        "vpcSecurityGroupIds": [stage.make(GROUP)["id"]],
        "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 2},
        "storageEncrypted": True,
        "backupRetentionPeriod": 7,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "iamDatabaseAuthenticationEnabled": True,
        "copyTagsToSnapshot": True,
        "skipFinalSnapshot": True,
        "performanceInsightsEnabled": True,
        "tags": {"kind": "example"},
    }


def instance(stage: Stage) -> dict:
    return {
        "allocatedStorage": 20,
        "engine": "postgres",
        "engineVersion": "17",
        "instanceClass": "db.t4g.micro",
        "dbName": "example",
        "username": "root_user",
        "password": "not-a-secret",
        "dbSubnetGroupName": stage.make(SUBNETS)["name"],
        "vpcSecurityGroupIds": [stage.make(GROUP)["id"]],
        "storageEncrypted": True,
        "skipFinalSnapshot": True,
        "tags": {"kind": "example"},
    }


def source(stage: Stage) -> str:
    wanted = {**instance(stage), "backupRetentionPeriod": 7}
    name = f"source-{stage.number()}"
    return stage.create("aws:rds/instance:Instance", wanted, name=name).outputs["identifier"]


def ssl_option(stage: Stage, version: str) -> dict:
    return {
        "optionName": "SSL",
        "port": 2484,
        "vpcSecurityGroupMemberships": [stage.make(GROUP)["id"]],
        "optionSettings": [{"name": "SQLNET.SSL_VERSION", "value": version}],
    }


CLUSTER_PARAMETERS = Example(
    type=PARAMETERS,
    inputs=lambda _: {
        "family": "aurora-postgresql16",
        "parameters": [FORCE_TLS],
        "tags": {"kind": "example"},
    },
    update={
        "parameters": [
            FORCE_TLS,
            {"name": "log_min_duration_statement", "value": "500"},
        ],
        "tags": {"kind": "changed"},
    },
    values=lambda _: {"parameters": [{**FORCE_TLS, "value": "0", "applyMethod": "pending-reboot"}]},
    bad={"name": "NO", "family": "postgres"},
)

EXAMPLES = (
    Example(
        type="aws:rds/instance:Instance",
        inputs=instance,
        outputs={"engineVersionActual": "17", "dbName": "example", "username": "root_user"},
        update={
            "allocatedStorage": 40,
            "backupRetentionPeriod": 7,
            "engineVersion": "18",
            "allowMajorVersionUpgrade": True,
            "tags": {"kind": "changed"},
        },
        optional=lambda _: {
            "copyTagsToSnapshot": True,
            "deletionProtection": True,
            "iamDatabaseAuthenticationEnabled": True,
            "maxAllocatedStorage": 100,
            "performanceInsightsEnabled": True,
            "publiclyAccessible": True,
            "enabledCloudwatchLogsExports": ["postgresql"],
        },
        values=lambda stage: {
            "parameterGroupName": stage.make("aws:rds/parameterGroup:ParameterGroup")["name"],
            "optionGroupName": stage.make("aws:rds/optionGroup:OptionGroup")["name"],
            "multiAz": True,
            "autoMinorVersionUpgrade": False,
            "backupWindow": "01:00-02:00",
            "maintenanceWindow": "sun:05:00-sun:06:00",
            "instanceClass": "db.m7g.large",
            "storageType": "gp3",
            "caCertIdentifier": "rds-ca-rsa4096-g1",
        },
        import_id="{identifier}",
        kept="password skipFinalSnapshot",
        bad={
            "engine": "postgresql",
            "instanceClass": "db.nope",
            "password": "short",
        },
    ),
    Example(
        type=CLUSTER,
        inputs=cluster,
        outputs={"port": 5432, "engineVersionActual": "16", "databaseName": "example"},
        update={
            "engineVersion": "17",
            "allowMajorVersionUpgrade": True,
            "applyImmediately": True,
            "backupRetentionPeriod": 14,
            "serverlessv2ScalingConfiguration": {"minCapacity": 1, "maxCapacity": 4},
            "enabledCloudwatchLogsExports": [],
            "tags": {"kind": "changed"},
        },
        optional=lambda _: {"deletionProtection": True, "enableHttpEndpoint": True},
        values=lambda stage: {
            "autoMinorVersionUpgrade": False,
            "iamDatabaseAuthenticationEnabled": False,
            "manageMasterUserPassword": False,
            "masterPassword": "changed-by-hand",
            "masterUserSecretKmsKeyId": stage.make("aws:kms/key:Key")["arn"],
            "performanceInsightsEnabled": False,
            "serverlessv2ScalingConfiguration": {
                "minCapacity": 0,
                "maxCapacity": 4,
                "secondsUntilAutoPause": 600,
            },
        },
        together=("manageMasterUserPassword masterPassword",),
        kept="""backupRetentionPeriod dbClusterInstanceClass dbClusterParameterGroupName
            engineVersion iops
            manageMasterUserPassword serverlessv2ScalingConfiguration skipFinalSnapshot
            vpcSecurityGroupIds""",
        bad={
            "clusterIdentifier": "No_Good",
            "engine": "aurora",
            "backupRetentionPeriod": 99,
            "serverlessv2ScalingConfiguration": {"minCapacity": 4, "maxCapacity": 2},
        },
    ),
    Example(
        type="aws:rds/clusterInstance:ClusterInstance",
        inputs=lambda stage: {
            "clusterIdentifier": stage.make(CLUSTER)["clusterIdentifier"],
            "engine": "aurora-postgresql",
            "instanceClass": "db.serverless",
            "performanceInsightsEnabled": True,
            "tags": {"kind": "example"},
        },
        outputs={"instanceClass": "db.serverless"},
        update={"promotionTier": 2, "tags": {"kind": "changed"}},
        values=lambda _: {
            "autoMinorVersionUpgrade": False,
            "instanceClass": "db.r6g.large",
            "performanceInsightsEnabled": False,
            "preferredMaintenanceWindow": "sun:05:00-sun:06:00",
        },
        optional=lambda _: {"copyTagsToSnapshot": True, "promotionTier": 2},
        kept="performanceInsightsEnabled",
        bad={"instanceClass": "db.nope", "promotionTier": 16},
    ),
    Example(
        type="aws:rds/instance:Instance",
        variant="throughput",
        inputs=lambda stage: {**instance(stage), "storageType": "gp3", "storageThroughput": 500},
        values=lambda _: {"storageThroughput": 600},
        import_id="{identifier}",
    ),
    Example(
        type="aws:rds/instance:Instance",
        variant="oracle",
        inputs=lambda stage: {
            **instance(stage),
            "engine": "oracle-se2",
            "engineVersion": "19",
            "licenseModel": "license-included",
        },
        values=lambda _: {"licenseModel": "bring-your-own-license"},
        import_id="{identifier}",
    ),
    Example(
        type="aws:rds/instance:Instance",
        variant="managed",
        inputs=lambda stage: {
            **{key: value for key, value in instance(stage).items() if key != "password"},
            "manageMasterUserPassword": True,
        },
        values=lambda stage: {
            "masterUserSecretKmsKeyId": stage.make("aws:kms/key:Key")["arn"],
            "manageMasterUserPassword": False,
            "password": "changed-by-hand",
        },
        together=("manageMasterUserPassword password",),
        import_id="{identifier}",
    ),
    Example(
        type="aws:rds/optionGroup:OptionGroup",
        inputs=lambda _: {
            "engineName": "postgres",
            "majorEngineVersion": "17",
            "tags": {"kind": "example"},
        },
        update={"tags": {"kind": "changed"}},
        outputs={"optionGroupDescription": "Managed by Pulumi"},
        bad={"name": "No_Good", "options": [{"optionName": "TDE"}]},
    ),
    Example(
        type="aws:rds/optionGroup:OptionGroup",
        variant="oracle",
        inputs=lambda stage: {
            "engineName": "oracle-se2",
            "majorEngineVersion": "19",
            "options": [ssl_option(stage, "1.2")],
        },
        values=lambda stage: {"options": [ssl_option(stage, "1.3"), {"optionName": "STATSPACK"}]},
    ),
    Example(
        type="aws:rds/instance:Instance",
        variant="replica",
        inputs=lambda stage: {
            "replicateSourceDb": source(stage),
            "allocatedStorage": 20,
            "engine": "postgres",
            "instanceClass": "db.t4g.micro",
            "storageEncrypted": True,
            "skipFinalSnapshot": True,
        },
        values=lambda _: {
            "backupRetentionPeriod": 3,
            "multiAz": True,
            "replicateSourceDb": None,
        },
        kept="replicateSourceDb",
        import_id="{identifier}",
    ),
    Example(
        type=SUBNETS,
        inputs=lambda stage: {
            "subnetIds": two_subnets(stage),
            "tags": {"kind": "example"},
        },
        outputs={"description": "Managed by Pulumi", "supportedNetworkTypes": ["IPV4"]},
        update={"description": "Changed", "tags": {"kind": "changed"}},
        optional=lambda _: {"description": "Changed"},
        values=lambda stage: {
            "subnetIds": [*two_subnets(stage), another(stage, SUBNET, subnet(stage, "eu-west-1c"))]
        },
        bad={"name": "NO", "subnetIds": ["subnet-1"]},
    ),
    CLUSTER_PARAMETERS,
    replace(
        CLUSTER_PARAMETERS,
        type="aws:rds/parameterGroup:ParameterGroup",
        inputs=lambda stage: {**CLUSTER_PARAMETERS.inputs(stage), "family": "postgres17"},
    ),
)
