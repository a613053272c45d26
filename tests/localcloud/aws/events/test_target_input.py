"""What a target receives of an event, and which inputs are refused."""

from __future__ import annotations

import json

import pytest

from localcloud.aws.events.patterns import problem
from localcloud.aws.events.target_input import payload
from localcloud.aws.events.targets import problems, unsupported

EVENT = {
    "detail-type": "placed",
    "resources": ["arn:1", "arn:2"],
    "detail": {"id": "o-1", "total": 5, "lines": [{"sku": "a"}, {"sku": "b"}], "note": 'a "b"'},
}
KNOWN = {
    "aws.events.rule-name": "all",
    "aws.events.event.json": EVENT,
    "aws.events.event": {"detail-type": "placed"},
}
PATHS = {
    "id": "$.detail.id",
    "total": "$.detail.total",
    "skus": "$.detail.lines[*].sku",
    "second": "$.resources[1]",
    "type": "$['detail-type']",
    "note": "$.detail.note",
    "gone": "$.detail.lines[7].sku",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('"order <id> costs <total>"', '"order o-1 costs 5"'),
        ('"order \\"<id>\\""', '"order \\"o-1\\""'),
        ('{"id": <id>, "total": <total>}', '{"id": "o-1", "total": 5}'),
        ('{"id": "<id>", "all": [<total>, true]}', '{"id": "o-1", "all": [5, true]}'),
        ('{"skus": <skus>, "second": <second>}', '{"skus": ["a", "b"], "second": "arn:2"}'),
        ('"of <type>: <skus>"', '"of placed: [a, b]"'),
        ('{"note": <note>}', '{"note": "a \\"b\\""}'),
        ('"gone: <gone>"', '"gone: "'),
        ('{"gone": <gone>}', '{"gone": ""}'),
        ('"<id>"\n"<total>"', '"o-1"\n"5"'),
        ('{"rule": <aws.events.rule-name>}', '{"rule": "all"}'),
        ('{"event": <aws.events.event>}', '{"event": {"detail-type": "placed"}}'),
        ('{"event": <aws.events.event.json>}', json.dumps({"event": EVENT})),
    ],
)
def test_an_input_transformer_fills_its_template(template, expected):
    target = {"InputTransformer": {"InputPathsMap": PATHS, "InputTemplate": template}}

    found = payload(target, EVENT, KNOWN)

    assert found == expected
    assert list(problems(target)) == []


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, json.dumps(EVENT)),
        ({"Input": '{"kind":  1}'}, '{"kind":  1}'),
        ({"InputPath": "$"}, json.dumps(EVENT)),
        ({"InputPath": "$.detail.total"}, "5"),
        ({"InputPath": "$.detail.lines[0]"}, '{"sku": "a"}'),
        ({"InputPath": "$.detail.gone"}, "null"),
    ],
)
def test_a_target_receives_the_event_a_constant_or_a_part(target, expected):
    assert payload(target, EVENT, KNOWN) == expected


def transformer(template, **paths):
    return {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}


@pytest.mark.parametrize(
    ("target", "member", "words"),
    [
        ({"Input": "1", "InputPath": "$"}, "InputPath", "conflicts with Input"),
        ({"Input": "text"}, "Input", "not valid JSON"),
        ({"InputPath": "detail"}, "InputPath", "not a JSON path"),
        (transformer("order <id>", id="$.id"), "InputTransformer", "neither JSON"),
        (transformer('"<id>"'), "InputTransformer", "<id>"),
        (transformer('"<id>"', id="id"), "InputTransformer", '"id"'),
        (transformer("1", **{"aws.x": "$"}), "InputTransformer", "reserved"),
        ({"Arn": "arn:aws:sqs:r:0:q.fifo"}, "SqsParameters", "FIFO queue"),
        ({"Arn": "arn:aws:sns:r:0:t.fifo"}, "Arn", "FIFO topic"),
        ({"Arn": "arn:aws:logs:r:0:log-group:g", "Input": "1"}, "Input", "log groups"),
        ({"Arn": "arn:aws:logs:r:0:log-group:g", **transformer('"x"')}, "InputTransformer",
         "log event"),
        ({"DeadLetterConfig": {"Arn": "arn:aws:sqs:r:0:q.fifo"}}, "DeadLetterConfig", "standard"),
    ],
)  # fmt: skip
def test_an_invalid_target_is_refused_by_its_member(target, member, words):
    [(found, reason)] = problems(target)

    assert found == member
    assert words in reason


@pytest.mark.parametrize(
    ("target", "member"),
    [
        ({"Arn": "arn:aws:sqs:r:0:q"}, None),
        ({"Arn": "arn:aws:lambda:r:0:function:f:live"}, None),
        ({"Arn": "arn:aws:batch:r:0:job-queue/s"}, "Arn"),
        ({"Arn": "arn:aws:events:r:0:api-destination/d/1"}, "Arn"),
        ({"Arn": "arn:aws:events:r:0:event-bus/b", "Input": "1"}, "Input"),
    ],
)
def test_what_is_not_delivered_locally_is_known(target, member):
    found = unsupported(target)

    assert (found and found[0]) == member


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ({"source": ["a", {"prefix": "b"}, None], "detail": {"$or": [{"a": [1]}, {"b": [2]}]}}, ""),
        ({"source": "a"}, "source must be an object or an array"),
        ({"detail": {"a": []}}, "detail.a is an empty array"),
        ({"source": [{"prefx": "a"}]}, "match type prefx"),
        ({"source": [["a"]]}, "array in its array"),
        ({"$or": [{"a": [1]}]}, "at least two"),
        ([], "not an object"),
    ],
)
def test_an_event_pattern_is_valid_or_says_where_not(pattern, words):
    found = problem(pattern)

    assert words in (found or "")
    assert (found is None) == (not words)
