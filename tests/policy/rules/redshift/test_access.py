"""Tests of policy.rules.redshift.access."""

from policy.rules.redshift.access import redshift_audit_logs, redshift_snapshot_retention
from policy.testing import check, check_stack, resource, stack, unknown

CLUSTER = "aws:redshift/cluster:Cluster"
LOGGING = "aws:redshift/logging:Logging"


def test_redshift_audit_logs():
    cluster = resource(CLUSTER, "sales", {"clusterIdentifier": "sales", "nodeType": "ra3.large"})

    def program(**props):
        logging = resource(LOGGING, "logging", {"clusterIdentifier": unknown} | props)
        joined = {"logging": {"clusterIdentifier": [cluster]}}
        return stack(cluster, logging, property_dependencies=joined)

    def serverless(exports):
        props = {"namespaceName": "sales", "logExports": exports}
        return stack(resource("aws:redshiftserverless/namespace:Namespace", "sales", props))

    check_stack(
        redshift_audit_logs,
        kept=[
            program(bucketName="logs"),
            program(bucketName=unknown),
            program(logDestinationType="cloudwatch", logExports=["userlog"]),
            serverless(["connectionlog", "userlog", "useractivitylog"]),
            serverless(["connectionlog", unknown]),
            serverless(unknown),
        ],
        broken=[
            stack(cluster),
            program(logDestinationType="s3"),
            serverless(None),
            serverless(["userlog"]),
        ],
    )


def test_redshift_snapshot_retention():
    check(
        redshift_snapshot_retention,
        CLUSTER,
        {
            "clusterIdentifier": "sales",
            "nodeType": "ra3.large",
            "automatedSnapshotRetentionPeriod": 7,
        },
        broken=[{"automatedSnapshotRetentionPeriod": value} for value in (None, 0, 1)],
        unknown_at=["automatedSnapshotRetentionPeriod"],
    )
    cluster = resource(CLUSTER, "sales", {})
    cluster.params = redshift_snapshot_retention.params
    changes = redshift_snapshot_retention.remediate(cluster)
    assert changes == {"automatedSnapshotRetentionPeriod": 7}
