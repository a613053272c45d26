"""Aurora clusters: exact inputs, and what each argument changes."""

from __future__ import annotations

import pytest

from components.args import InvalidArgError
from components.data.aurora_database import AuroraDatabase, AuroraDatabaseArgs
from components.data.engines import AURORA_MYSQL
from tests.alarm_routing import ALARMS

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"


def _database(**changes):
    given = {
        "database_name": "ledger",
        "vpc_id": "vpc-1",
        "subnet_ids": ["a", "b"],
        "allowed_security_groups": {"orders": "sg-orders"},
        "account_id": "123456789012",
        "alarms": ALARMS,
        "key_arn": "arn:key",
    }
    return AuroraDatabaseArgs(**{**given, **changes})


def test_a_database_is_isolated_encrypted_backed_up_and_protected(build):
    made = build(lambda: AuroraDatabase("ledger", _database()))

    cluster = made.one(CLUSTER, "ledger-cluster")
    assert cluster.inputs == {
        "engine": "aurora-postgresql",
        "engineMode": "provisioned",
        "engineVersion": "17",
        "allowMajorVersionUpgrade": True,
        "applyImmediately": True,
        "databaseName": "ledger",
        "masterUsername": "platform_owner",
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": "arn:key",
        "port": 5433,
        "dbSubnetGroupName": "ledger-subnets",
        "dbClusterParameterGroupName": "ledger-parameters",
        "vpcSecurityGroupIds": ["ledger-group-id"],
        "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 4},
        "storageEncrypted": True,
        "kmsKeyId": "arn:key",
        "iamDatabaseAuthenticationEnabled": True,
        "backupRetentionPeriod": 30,
        "copyTagsToSnapshot": True,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": "ledger-subnets-final",
    }
    assert made.request(cluster).protect is True


def test_a_database_takes_nothing_but_tls(build):
    made = build(lambda: AuroraDatabase("ledger", _database()))

    [group] = made.all("aws:rds/clusterParameterGroup:ClusterParameterGroup")
    assert group.inputs["family"] == "aurora-postgresql17"
    assert {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"} in group.inputs[
        "parameters"
    ]


def test_only_named_groups_connect(build):
    made = build(lambda: AuroraDatabase("ledger", _database()))

    [rule] = made.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs["referencedSecurityGroupId"] == "sg-orders"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (5433, 5433)


def test_its_servers_are_watched_and_never_public(build):
    made = build(lambda: AuroraDatabase("ledger", _database(instances=2)))

    servers = made.all("aws:rds/clusterInstance:ClusterInstance")
    names = sorted(s.name for s in servers)  # registered side by side
    assert names == ["ledger-instances-1", "ledger-instances-2"]
    assert {s.inputs["publiclyAccessible"] for s in servers} == {False}
    assert {s.inputs["monitoringInterval"] for s in servers} == {60}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"backup_days": 6}, "use 7 to 35"),
        ({"instances": 0}, "use 1 to 15"),
        ({"min_capacity": 8, "max_capacity": 4}, r"use 0 to max_capacity \(4\)"),
        ({"database_name": "my-db"}, "use letters, digits and underscores"),
        ({"version": "17.5"}, "use a major version such as 17"),
        ({"version": "8", "engine": AURORA_MYSQL}, "use a major version such as 8.0"),
        ({"pause_after_seconds": 600}, "only then it pauses"),
        ({"pause_after_seconds": 60, "min_capacity": 0}, "use 300 to 86400"),
    ],
)
def test_a_database_that_rds_would_refuse_is_refused_at_once(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        _database(**changes)


def test_mysql_is_audited_and_takes_nothing_but_tls(build):
    args = _database(engine=AURORA_MYSQL)

    made = build(lambda: AuroraDatabase("ledger", args))

    cluster = made.one(CLUSTER, "ledger-cluster").inputs
    assert {key: cluster[key] for key in ("engine", "engineVersion", "port", "masterUsername")} == {
        "engine": "aurora-mysql",
        "engineVersion": "8.0",
        "port": 3307,
        "masterUsername": "platformowner",
    }
    assert cluster["enabledCloudwatchLogsExports"] == ["audit", "error", "slowquery"]
    group = made.one(PARAMETERS, "ledger-parameters").inputs
    assert group["family"] == "aurora-mysql8.0"
    set_ = {each["name"]: each["value"] for each in group["parameters"]}
    assert set_ == {
        "require_secure_transport": "ON",
        "slow_query_log": "1",
        "long_query_time": "1",
        "server_audit_logging": "1",
        "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL",
    }
    assert {one.inputs["engine"] for one in made.all(INSTANCE)} == {"aurora-mysql"}


@pytest.mark.parametrize(
    ("changes", "inputs"),
    [
        (
            {"min_capacity": 0, "pause_after_seconds": 600},
            {
                "serverlessv2ScalingConfiguration": {
                    "minCapacity": 0,
                    "maxCapacity": 4,
                    "secondsUntilAutoPause": 600,
                }
            },
        ),
        ({"data_api": True}, {"enableHttpEndpoint": True}),
        ({"version": "16"}, {"engineVersion": "16"}),
        ({"port": 5555}, {"port": 5555}),
        ({"backup_days": 7}, {"backupRetentionPeriod": 7}),
        ({"key_arn": None}, {"kmsKeyId": None, "masterUserSecretKmsKeyId": None}),
        (
            {"deletion_protection": False},
            {
                "deletionProtection": False,
                "skipFinalSnapshot": True,
                "finalSnapshotIdentifier": None,
            },
        ),
        ({"tags": {"service": "orders"}}, {"tags": {"service": "orders"}}),
    ],
)
def test_each_argument_changes_its_inputs_and_no_others(build, changes, inputs):
    before = build(lambda: AuroraDatabase("ledger", _database())).one(CLUSTER, "ledger-cluster")

    made = build(lambda: AuroraDatabase("ledger", _database(**changes)))

    after = made.one(CLUSTER, "ledger-cluster").inputs
    expected = {**before.inputs, **inputs}
    assert after == {key: value for key, value in expected.items() if value is not None}


def test_the_data_api_is_allowed_on_this_cluster_alone(build):
    granted = []

    build(lambda: granted.extend(AuroraDatabase("ledger", _database()).allow_data_api()))

    [statement] = granted
    assert set(statement.actions) == {
        "rds-data:BatchExecuteStatement",
        "rds-data:BeginTransaction",
        "rds-data:CommitTransaction",
        "rds-data:ExecuteStatement",
        "rds-data:RollbackTransaction",
    }
    assert len(statement.resources) == 1
