"""Which events a pattern matches."""

from __future__ import annotations

import pytest

from localcloud.aws.events.matching import matches

DETAIL = {
    "state": "paid",
    "total": 12.5,
    "count": 1,
    "gift": True,
    "note": None,
    "tags": ["new", "large"],
    "customer": {"id": "c-1"},
    "lines": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2}],
    "address": "10.0.0.7",
}


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"state": ["new", "paid"]}, True),
        ({"state": ["new"]}, False),
        ({"state": ["paid"], "count": [2]}, False),
        ({"count": [1]}, True),
        ({"gift": [True]}, True),
        ({"gift": [1]}, False),
        ({"count": [True]}, False),
        ({"note": [None]}, True),
        ({"gone": [None]}, False),
        ({"tags": ["large"]}, True),
        ({"tags": [{"prefix": "la"}]}, True),
        ({"state": [{"prefix": "pa"}]}, True),
        ({"state": [{"suffix": "id"}]}, True),
        ({"state": [{"equals-ignore-case": "PAID"}]}, True),
        ({"state": [{"wildcard": "p*d"}]}, True),
        ({"state": [{"anything-but": ["new"]}]}, True),
        ({"state": [{"anything-but": {"prefix": "p"}}]}, False),
        ({"total": [{"numeric": [">", 10, "<=", 12.5]}]}, True),
        ({"total": [{"numeric": ["<", 10]}]}, False),
        ({"address": [{"cidr": "10.0.0.0/24"}]}, True),
        ({"state": [{"exists": True}], "gone": [{"exists": False}]}, True),
        ({"gone": {"inside": [{"exists": False}]}}, True),
        ({"customer": [{"exists": True}]}, False),
        ({"customer": {"id": ["c-1"]}}, True),
        ({"lines": {"sku": ["b"]}}, True),
        ({"lines": {"sku": ["a"], "count": [1]}}, True),
        ({"lines": {"sku": ["a"], "count": [2]}}, False),
        ({"$or": [{"state": ["new"]}, {"count": [1]}]}, True),
        ({"$or": [{"state": ["new"]}, {"count": [2]}]}, False),
    ],
)
def test_a_pattern_matches_as_in_aws(detail, expected):
    assert matches(
        {"source": ["shop"], "detail": detail}, {"source": "shop", "detail": DETAIL}
    ) is (expected)
