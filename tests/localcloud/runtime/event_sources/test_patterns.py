from __future__ import annotations

import json

import pytest

from localcloud.runtime.event_sources.patterns import Pattern

BODY = {"type": "order", "cents": 250, "tags": ["new", "big"], "paid": True, "note": None}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({"type": ["order", "refund"]}, True),
        ({"type": ["refund"]}, False),
        ({"type": [{"prefix": "or"}]}, True),
        ({"type": [{"suffix": "fund"}]}, False),
        ({"type": [{"prefix": {"equals-ignore-case": "OR"}}]}, True),
        ({"type": [{"equals-ignore-case": "ORDER"}]}, True),
        ({"type": [{"anything-but": ["refund"]}]}, True),
        ({"type": [{"anything-but": {"prefix": "or"}}]}, False),
        ({"cents": [{"numeric": [">", 200, "<=", 250]}]}, True),
        ({"cents": [{"numeric": ["=", 251]}]}, False),
        ({"cents": ["250"]}, False),
        ({"tags": ["big"]}, True),
        ({"tags": ["old"]}, False),
        ({"paid": [True]}, True),
        ({"paid": [1]}, False),
        ({"note": [None]}, True),
        ({"missing": [None]}, False),
        ({"missing": [{"exists": False}]}, True),
        ({"type": [{"exists": True}]}, True),
        ({"missing": [{"anything-but": "x"}]}, False),
        ({"$or": [{"type": ["refund"]}, {"cents": [250]}]}, True),
        ({"$or": [{"type": ["refund"]}, {"cents": [1]}]}, False),
        ({"type": ["order"], "cents": [1]}, False),
    ],
    ids=json.dumps,
)
def test_a_pattern_matches_what_lambda_would(pattern, matches):
    assert Pattern.parse(json.dumps({"body": pattern})).matches({"body": BODY}) is matches


def test_a_pattern_for_fields_does_not_match_plain_text():
    assert not Pattern.parse('{"body": {"type": ["order"]}}').matches({"body": "order"})


def test_a_pattern_for_plain_text_does():
    assert Pattern.parse('{"body": ["order"]}').matches({"body": "order"})
