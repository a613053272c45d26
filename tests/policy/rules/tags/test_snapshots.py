"""What the rules on the tags of snapshots accept and refuse."""

import pytest

from policy.rules.tags.rds import rds_tags_on_snapshots
from policy.testing import check, resource


@pytest.mark.parametrize(
    ("typ", "whole"),
    [
        (
            "aws:rds/instance:Instance",
            {"engine": "postgres", "engineVersion": "16.6", "instanceClass": "db.t4g.small"},
        ),
        ("aws:rds/cluster:Cluster", {"engine": "aurora-postgresql", "engineVersion": "16.6"}),
    ],
)
def test_rds_tags_on_snapshots(typ, whole):
    check(
        rds_tags_on_snapshots,
        typ,
        whole | {"copyTagsToSnapshot": True},
        broken=[{"copyTagsToSnapshot": False}, {"copyTagsToSnapshot": None}],
        unknown_at=["copyTagsToSnapshot"],
    )
    changes = rds_tags_on_snapshots.remediate(resource(typ, "orders", {}))
    assert changes == {"copyTagsToSnapshot": True}
