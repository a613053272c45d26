"""Tests of policy.rules.opensearch.availability."""

import pytest

from policy.rules.opensearch.availability import (
    opensearch_dedicated_masters,
    opensearch_three_data_nodes,
    opensearch_zone_awareness,
)
from policy.testing import check

TYPES = ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"]
CLUSTER = {
    "instanceCount": 3,
    "instanceType": "r6g.large.search",
    "dedicatedMasterEnabled": True,
    "dedicatedMasterCount": 3,
    "zoneAwarenessEnabled": True,
}
WHOLE = {"domainName": "products", "engineVersion": "OpenSearch_2.17", "clusterConfig": CLUSTER}


def without(*keys, **changes):
    cluster = {key: value for key, value in CLUSTER.items() if key not in keys}
    return {"clusterConfig": cluster | changes}


@pytest.mark.parametrize("typ", TYPES)
def test_opensearch_in_several_parts(typ):
    check(
        opensearch_three_data_nodes,
        typ,
        WHOLE,
        broken=[without(instanceCount=2), without("instanceCount"), {"clusterConfig": None}],
        unknown_at=["clusterConfig"],
    )
    check(
        opensearch_dedicated_masters,
        typ,
        WHOLE,
        broken=[
            without(dedicatedMasterEnabled=False),
            without("dedicatedMasterEnabled"),
            without(dedicatedMasterCount=2),
            without("dedicatedMasterCount"),
            {"clusterConfig": None},
        ],
        unknown_at=["clusterConfig"],
    )
    check(
        opensearch_zone_awareness,
        typ,
        WHOLE,
        kept=[without("zoneAwarenessEnabled", multiAzWithStandbyEnabled=True)],
        broken=[
            without(zoneAwarenessEnabled=False),
            without("zoneAwarenessEnabled"),
            {"clusterConfig": None},
        ],
        unknown_at=["clusterConfig"],
    )
