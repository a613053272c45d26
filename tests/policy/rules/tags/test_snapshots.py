"""What the rules on the tags of snapshots accept and refuse."""

import pytest

from policy.rules.tags.rds import rds_tags_on_snapshots
from policy.testing import check, resource


@pytest.mark.parametrize("typ", ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"])
def test_rds_tags_on_snapshots(typ):
    check(
        rds_tags_on_snapshots,
        typ,
        {"engine": "aurora-postgresql", "engineVersion": "16.6", "copyTagsToSnapshot": True},
        broken=[{"copyTagsToSnapshot": False}, {"copyTagsToSnapshot": None}],
        unknown_at=["copyTagsToSnapshot"],
    )
    changes = rds_tags_on_snapshots.remediate(resource(typ, "orders", {}))
    assert changes == {"copyTagsToSnapshot": True}
