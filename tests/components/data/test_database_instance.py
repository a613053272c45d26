"""Instances of RDS: exact inputs per engine, and what each argument changes."""

from __future__ import annotations

import pytest

from components.args import InvalidArgError
from components.data import engines
from components.data.database_instance import DatabaseInstance
from tests.components.data.instances import ALARM, INSTANCE, instance_args

PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
OPTIONS = "aws:rds/optionGroup:OptionGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def _made(build, **changes):
    return build(lambda: DatabaseInstance("ledger", instance_args(**changes)))


def _inputs(build, **changes):
    return _made(build, **changes).one(INSTANCE, "ledger-instance").inputs


def test_an_instance_is_isolated_encrypted_backed_up_watched_and_protected(build):
    made = _made(build)

    instance = made.one(INSTANCE, "ledger-instance")
    assert instance.inputs == {
        "engine": "postgres",
        "engineVersion": "17",
        "instanceClass": "db.t4g.medium",
        "allowMajorVersionUpgrade": True,
        "autoMinorVersionUpgrade": True,
        "applyImmediately": True,
        "dbName": "ledger",
        "username": "platform_owner",
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": "arn:key",
        "port": 5433,
        "dbSubnetGroupName": "ledger-subnets",
        "parameterGroupName": "ledger-parameters",
        "vpcSecurityGroupIds": ["ledger-group-id"],
        "publiclyAccessible": False,
        "multiAz": True,
        "allocatedStorage": 20,
        "maxAllocatedStorage": 80,
        "storageType": "gp3",
        "storageEncrypted": True,
        "kmsKeyId": "arn:key",
        "iamDatabaseAuthenticationEnabled": True,
        "backupRetentionPeriod": 30,
        "copyTagsToSnapshot": True,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "monitoringInterval": 60,
        "monitoringRoleArn": "arn:aws:test:::ledger-monitor",
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": "arn:key",
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": "ledger-subnets-final",
    }
    assert made.request(instance).protect is True
    assert {one.inputs["metricName"] for one in made.all(ALARM)} == {
        "CPUUtilization",
        "FreeStorageSpace",
        "FreeableMemory",
    }


@pytest.mark.parametrize(
    ("engine", "changes", "family", "inputs", "tls", "port"),
    [
        ("POSTGRESQL", {}, "postgres17", {}, ("rds.force_ssl", "1", "immediate"), 5433),
        (
            "MYSQL",
            {},
            "mysql8.4",
            {"engine": "mysql", "username": "platformowner"},
            ("require_secure_transport", "1", "immediate"),
            3307,
        ),
        (
            "MARIADB",
            {"version": "11.8"},
            "mariadb11.8",
            {"engine": "mariadb", "enabledCloudwatchLogsExports": ["error", "slowquery"]},
            ("require_secure_transport", "1", "immediate"),
            3307,
        ),
        (
            "SQLSERVER",
            {"database_name": None},
            "sqlserver-se-16.0",
            {
                "engine": "sqlserver-se",
                "engineVersion": "16.00",
                "licenseModel": "license-included",
                "dbName": None,
                "iamDatabaseAuthenticationEnabled": None,
            },
            ("rds.force_ssl", "1", "pending-reboot"),
            1435,
        ),
        (
            "SQLSERVER",
            {"database_name": None, "edition": "web", "multi_az": False, "version": "2019"},
            "sqlserver-web-15.0",
            {"engine": "sqlserver-web", "engineVersion": "15.00", "multiAz": False},
            ("rds.force_ssl", "1", "pending-reboot"),
            1435,
        ),
        (
            "ORACLE",
            {"edition": "enterprise"},
            "oracle-ee-19",
            {
                "engine": "oracle-ee",
                "licenseModel": "bring-your-own-license",
                "optionGroupName": "ledger-options",
            },
            None,
            2484,
        ),
        (
            "DB2",
            {"license": "marketplace-license"},
            "db2-se-11.5",
            {
                "engine": "db2-se",
                "licenseModel": "marketplace-license",
                "performanceInsightsEnabled": False,
                "performanceInsightsKmsKeyId": None,
            },
            ("db2comm", "SSL", "pending-reboot"),
            50443,
        ),
    ],
)
def test_each_engine_requires_tls_in_its_own_way(  # noqa: PLR0913, PLR0917 - the columns of a table
    build, engine, changes, family, inputs, tls, port
):
    made = _made(build, engine=getattr(engines, engine), **changes)

    group = made.one(PARAMETERS, "ledger-parameters").inputs
    assert group["family"] == family
    set_ = {
        (p["name"], p["value"], p["applyMethod"]) for p in group.get("parameters", []) if len(p) > 2
    }
    assert (tls in set_) is (tls is not None)
    instance = made.one(INSTANCE, "ledger-instance").inputs
    assert {key: instance.get(key) for key in inputs} == inputs
    assert {one.inputs["fromPort"] for one in made.all(INGRESS)} == {port}


def test_oracle_listens_with_tls_on_a_port_of_its_own(build):
    made = _made(build, engine=engines.ORACLE)

    [group] = made.all(OPTIONS)
    assert group.inputs == {
        "engineName": "oracle-se2",
        "majorEngineVersion": "19",
        "optionGroupDescription": "TLS for ledger",
        "options": [
            {
                "optionName": "SSL",
                "port": 2484,
                "vpcSecurityGroupMemberships": ["ledger-group-id"],
                "optionSettings": [
                    {"name": "SQLNET.SSL_VERSION", "value": "1.2"},
                    {
                        "name": "SQLNET.CIPHER_SUITE",
                        "value": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("changes", "inputs"),
    [
        ({"version": "16"}, {"engineVersion": "16"}),
        ({"instance_class": "db.r8g.large"}, {"instanceClass": "db.r8g.large"}),
        ({"storage_gib": 100}, {"allocatedStorage": 100, "maxAllocatedStorage": 400}),
        ({"storage_gib": 65_536}, {"allocatedStorage": 65_536, "maxAllocatedStorage": 65_536}),
        ({"multi_az": False}, {"multiAz": False}),
        ({"backup_days": 7}, {"backupRetentionPeriod": 7}),
        (
            {"key_arn": None},
            dict.fromkeys(("kmsKeyId", "masterUserSecretKmsKeyId", "performanceInsightsKmsKeyId")),
        ),
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
    expected = {**_inputs(build), **inputs}

    assert _inputs(build, **changes) == {k: v for k, v in expected.items() if v is not None}


def test_a_license_of_ones_own_is_named_in_the_parameters(build):
    ids = {"rds.ibm_customer_id": "1", "rds.ibm_site_id": "2"}

    made = _made(build, engine=engines.DB2, license_parameters=ids)

    set_ = {p["name"]: p["value"] for p in made.all(PARAMETERS)[0].inputs["parameters"]}
    assert set_ == {**ids, "db2comm": "SSL", "ssl_svcename": "50443"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"backup_days": 6}, "use 7 to 35"),
        ({"storage_gib": 10}, "use 20 to 65536"),
        ({"read_replicas": 16}, "use 0 to 15"),
        ({"read_replicas": 1}, "set it: RDS does not manage the master password"),
        ({"engine": engines.ORACLE, "read_replicas": 1}, "RDS replicates no database whose master"),
        (
            {"engine": engines.SQLSERVER, "database_name": None, "read_replicas": 1},
            "use 0, or another edition: RDS offers this one no read replicas",
        ),
        ({"database_name": "my-db"}, "use at most 63 letters, digits and underscores"),
        ({"database_name": None}, "use at most 63 letters"),
        ({"edition": "enterprise"}, "use community"),
        ({"license": "license-included"}, "leave it out: the engine needs none"),
        ({"engine": engines.DB2, "database_name": "ledgerbook"}, "use at most 8 letters"),
        ({"engine": engines.SQLSERVER}, "leave it out: RDS creates no database"),
        (
            {"engine": engines.ORACLE, "edition": "enterprise", "license": "license-included"},
            "use bring-your-own-license",
        ),
        (
            {"engine": engines.SQLSERVER, "edition": "web", "database_name": None},
            "use False, or another edition",
        ),
    ],
)
def test_what_rds_would_refuse_is_refused_at_once(changes, told):
    with pytest.raises(InvalidArgError, match=told):
        instance_args(**changes)
