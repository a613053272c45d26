"""Plain queues and filters across the descriptions of all services."""

import json

import pytest

from spec.catalogue import load_catalogue
from tests.spec.test_catalogue import faults, service


def _queue(*senders, **fields):
    return {"senders": list(senders), **fields}


@pytest.mark.parametrize(
    ("others", "where", "found"),
    [
        (
            [service("a", queues={"labels": _queue("moon")})],
            "queues.labels.senders[0]",
            "found the unknown service 'moon'; write one of: a",
        ),
        (
            [
                service("a", queues={"labels": _queue("b")}),
                service("b", queues={"labels": _queue("a")}),
            ],
            "queues.labels",
            "found the queue 'labels', which is also the queue that a reads",
        ),
        (
            [
                service("a", queues={"paid": _queue("b")}),
                service("b", publishes=["paid"], consumes={}),
            ],
            "queues.paid",
            "found the queue 'paid', which is also the event that b publishes",
        ),
    ],
)
def test_a_plain_queue_has_known_senders_and_a_name_of_its_own(write, others, where, found):
    [fault] = faults(write(*others))

    assert f"{where}: {found}" in fault


def test_services_may_send_to_each_other_and_to_themselves(write):
    folder = write(
        service("a", queues={"jobs": _queue("a", "b")}),
        service("b", queues={"answers": _queue("a")}),
    )

    assert load_catalogue(folder).services["a"].queues["jobs"].senders == ["a", "b"]


SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "definitions": {"money": {"type": "object", "properties": {"cents": {"type": "integer"}}}},
    "properties": {
        "total": {"$ref": "#/definitions/money"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"sku": {"type": "string"}}},
        },
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"total": {"cents": [1]}}, ""),
        ({"lines": {"sku": ["a"]}}, ""),
        ({"labels": {"anything": ["a"]}}, ""),
        ({"totl": [1]}, "filter.data.totl: found a field that version 1 of 'paid' does not have;"),
        ({"total": {"euros": [1]}}, "filter.data.total.euros: found a field that version 1 of"),
        ({"lines": {"price": [1]}}, "filter.data.lines.price: found a field that version 1 of"),
        ({"lines": {"sku": [{"prefix": "a"}, {"exists": False}]}}, ""),
        ({"total": {"cents": [{"numeric": [">", 0]}, {"anything-but": [1, 2]}]}}, ""),
        ({"lines": {"sku": [True]}}, "filter.data.lines.sku: found the boolean true, which"),
        ({"lines": {"sku": [{"anything-but": [1]}]}}, "found the number 1 of anything-but, which"),
        ({"total": {"cents": ["1"]}}, 'filter.data.total.cents: found the string "1", which'),
        ({"total": {"cents": [{"prefix": "1"}]}}, 'found the string "1" of prefix, which'),
    ],
)
def test_a_filter_names_fields_that_the_schema_has(write, data, found):
    folder = write(
        service("a", publishes=["paid"]),
        service("b", consumes={"paid": {"filter": {"data": data}}}),
    )
    file = folder / "a" / "events" / "paid" / "1.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(SCHEMA))

    if not found:
        load_catalogue(folder)
        return
    [fault] = faults(folder)
    assert "consumes.paid.filter.data." in fault
    assert found in fault


def test_a_value_that_yaml_reads_as_another_type_is_written_in_quotes(write):
    folder = write(
        service("a", publishes=["paid"]),
        service("b", consumes={"paid": {"filter": {"data": {"country": [False]}}}}),
    )  # as `country: [NO]` is read
    file = folder / "a" / "events" / "paid" / "1.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({**SCHEMA, "properties": {"country": {"type": "string"}}}))

    [fault] = faults(folder)

    assert "found the boolean false, which version 1 of 'paid' never has there" in fault
    assert "write text, in quotes where YAML reads another type" in fault
