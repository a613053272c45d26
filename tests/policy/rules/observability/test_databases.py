"""What the rules on the logs of databases accept and refuse."""

from policy.rules.observability.rds import rds_enhanced_monitoring, rds_logs_exported
from policy.testing import check, unknown

CLUSTER = "aws:rds/cluster:Cluster"
WHOLE = {
    "clusterIdentifier": "orders",
    "engine": "aurora-postgresql",
    "engineVersion": "16.6",
    "enabledCloudwatchLogsExports": ["postgresql"],
    "masterPassword": "correct horse",
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
        {"identifier": "orders-1", "clusterIdentifier": "orders", "monitoringInterval": 60},
        broken=[{"monitoringInterval": 0}, {"monitoringInterval": None}],
        unknown_at=["monitoringInterval"],
    )
