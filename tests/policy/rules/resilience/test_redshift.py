"""What the rules on warehouses that have to survive accept and refuse."""

from policy.rules.resilience.redshift import redshift_snapshot_retention
from policy.testing import check, resource

CLUSTER = "aws:redshift/cluster:Cluster"


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
