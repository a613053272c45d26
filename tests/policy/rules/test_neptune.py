"""Tests of policy.rules.neptune."""

from policy.rules.neptune import INSTANCE, neptune_cluster_spans_zones
from policy.testing import check_stack, resource, stack, unknown

CLUSTER = resource("aws:neptune/cluster:Cluster", "graph", {"clusterIdentifier": "graph"})


def instances(*zones, cluster="graph"):
    inputs = {"clusterIdentifier": cluster, "instanceClass": "db.r8g.large"}
    return [
        resource(INSTANCE, f"i{n}", inputs | {"availabilityZone": zone})
        for n, zone in enumerate(zones)
    ]


def test_neptune_cluster_spans_zones():
    check_stack(
        neptune_cluster_spans_zones,
        kept=[
            stack(CLUSTER, *instances("eu-west-1a", "eu-west-1b")),
            stack(CLUSTER, *instances("eu-west-1a", None)),
            stack(CLUSTER, *instances("eu-west-1a", unknown)),
            stack(CLUSTER, *instances("eu-west-1a", "eu-west-1b", cluster=unknown)),
        ],
        broken=[
            stack(CLUSTER),
            stack(CLUSTER, *instances("eu-west-1a")),
            stack(CLUSTER, *instances("eu-west-1a", "eu-west-1a")),
            stack(CLUSTER, *instances("eu-west-1a", "eu-west-1b", cluster="other")),
        ],
    )
