"""Tests of policy.rules.rds.logs."""

import pytest

from policy.rules.rds.logs import (
    rds_enhanced_monitoring,
    rds_logs_exported,
    rds_performance_insights,
    rds_performance_insights_own_key,
)
from policy.testing import check, unknown

CLUSTER = "aws:rds/cluster:Cluster"
WHOLE = {
    "clusterIdentifier": "orders",
    "engine": "aurora-postgresql",
    "engineVersion": "16.6",
    "enabledCloudwatchLogsExports": ["postgresql"],
    "masterPassword": "correct horse",
}
INSTANCES = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"]
INSTANCE = {
    "identifier": "orders-1",
    "instanceClass": "db.r6g.large",
    "engine": "postgres",
    "performanceInsightsEnabled": True,
    "performanceInsightsKmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/a",
    "tags": {"data-class": "confidential"},
}


def test_rds_logs_exported():
    check(
        rds_logs_exported,
        CLUSTER,
        WHOLE,
        kept=[
            {"enabledCloudwatchLogsExports": ["upgrade", unknown]},
            {"engine": "mysql", "enabledCloudwatchLogsExports": ["error"]},
            {"engine": unknown, "enabledCloudwatchLogsExports": ["error"]},
        ],
        broken=[
            {"enabledCloudwatchLogsExports": None},
            {"enabledCloudwatchLogsExports": ["upgrade"]},
            {"engine": "aurora-mysql", "enabledCloudwatchLogsExports": ["error"]},
            {"engine": "mysql", "enabledCloudwatchLogsExports": []},
        ],
        unknown_at=["enabledCloudwatchLogsExports"],
    )


def test_rds_enhanced_monitoring():
    check(
        rds_enhanced_monitoring,
        "aws:rds/clusterInstance:ClusterInstance",
        {
            "identifier": "orders-1",
            "clusterIdentifier": "orders",
            "engine": "aurora-postgresql",
            "instanceClass": "db.r6g.large",
            "monitoringInterval": 60,
            "monitoringRoleArn": "arn:aws:iam::111122223333:role/monitoring",
        },
        broken=[{"monitoringInterval": 0}, {"monitoringInterval": None}],
        unknown_at=["monitoringInterval"],
    )


@pytest.mark.parametrize("typ", INSTANCES)
def test_rds_performance_insights(typ):
    check(
        rds_performance_insights,
        typ,
        INSTANCE,
        kept=[{"performanceInsightsEnabled": "true"}],
        broken=[{"performanceInsightsEnabled": False}, {"performanceInsightsEnabled": None}],
        unknown_at=["performanceInsightsEnabled"],
    )


@pytest.mark.parametrize("typ", INSTANCES)
def test_rds_performance_insights_own_key(typ):
    without = {"performanceInsightsKmsKeyId": None}
    check(
        rds_performance_insights_own_key,
        typ,
        INSTANCE,
        kept=[
            without | {"performanceInsightsEnabled": False},
            without | {"performanceInsightsEnabled": None},
            without | {"performanceInsightsEnabled": unknown},
            without | {"tags": {"data-class": "public"}},
        ],
        broken=[
            without,
            without | {"tags": None},
            {"performanceInsightsKmsKeyId": "arn:aws:kms:eu-west-1:111122223333:alias/aws/rds"},
        ],
        unknown_at=["performanceInsightsKmsKeyId"],
    )
