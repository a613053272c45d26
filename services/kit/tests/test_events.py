"""Events as CloudEvents: what is published, what is read, and what is refused with which reason."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "on": {"type": "string", "format": "date"}},
}
WITHOUT_DATA = {"$schema": SCHEMA["$schema"], "type": "object", "properties": {}}
SECOND = {**SCHEMA, "required": ["id", "on"]}
CLOUD = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "loans",
    "type": "book-lent",
    "subject": "books/7",
    "time": "2026-01-01T00:00:00.000Z",
    "datacontenttype": "application/json",
    "dataschema": "urn:bulkhead:event:book-lent:1",
    "data": {"id": "7"},
    "correlationid": "abc",
    "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
    "sequence": "00000000000000000003",
}
FORMER = {
    "id": "e-1",
    "type": "book-lent",
    "time": "2026-01-01T00:00:00Z",
    "subject": "books/7",
    "correlation_id": "abc",
    "data": {"id": "7"},
}


@pytest.fixture
def events(kit, tmp_path, monkeypatch):
    """The module, with the schemas of an event in two versions, of which the first is consumed."""
    for path, schema in {
        "events/book-lent/1.json": SCHEMA,
        "events/book-lent/2.json": SECOND,
        "events/book-returned/1.json": SCHEMA,
        "events/closed/1.json": WITHOUT_DATA,
        "consumed-events/book-lent/1.json": SCHEMA,
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(schema))
    monkeypatch.setenv("EVENT_SCHEMAS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("SERVICE_NAME", "loans")
    return kit("events")


def test_a_published_event_is_a_cloud_event_that_its_consumer_reads(events):
    events.correlation.current.set("abc")
    events.correlation.traceparent.set(CLOUD["traceparent"])

    [envelope] = events.new("book-returned", {"id": "7"}, subject="books/7", sequence=3)

    assert envelope == {
        **CLOUD,
        "id": envelope["id"],
        "time": envelope["time"],
        "type": "book-returned",
        "dataschema": "urn:bulkhead:event:book-returned:1",
    }
    read = events.read(json.dumps(envelope))
    assert (read.id, read.data, read.sequence) == (envelope["id"], {"id": "7"}, "0" * 19 + "3")


def test_an_event_without_a_schema_is_published_as_it_is(events):
    [envelope] = events.new("shelf-moved", {"anything": 1}, subject="shelves/1")

    assert "dataschema" not in envelope
    assert events.read(json.dumps(envelope)).data == {"anything": 1}


def test_each_version_of_an_event_is_published(events):
    new, old = {"id": "7", "on": "2026-01-01"}, {"id": "7"}

    both = events.new("book-lent", new, subject="books/7", sequence=1, older={1: old})

    assert [one["dataschema"][-1] for one in both] == ["1", "2"]
    assert [one["data"] for one in both] == [old, new]
    assert events.read(json.dumps(both[0])).version == 1
    assert events.read(json.dumps(both[1])) is None  # it came in the version that is read, too


@pytest.mark.parametrize(
    ("event", "data", "older", "reason"),
    [
        ("book-returned", {}, None, r"book-returned, version 1: .*required"),
        ("book-returned", {"id": 7}, None, r"data\.id: the value is not of type"),
        ("book-returned", {"id": "7", "on": "soon"}, None, r"data\.on: .*date"),
        ("book-returned", {"id": "7", "shelf": 1}, None, r"data: .*'shelf'"),
        ("book-returned", {"id": float("nan")}, None, "not JSON"),
        ("book-returned", {"id": {1}}, None, "not JSON"),
        ("book-returned", {"id": "\ud800"}, None, "not JSON"),
        ("book-returned", {"id": "7", 1: 2}, None, "'1' was unexpected"),
        ("book-returned", {"id": "x" * 300_000}, None, "261120 are allowed"),
        ("closed", {"id": "7"}, None, r"data: .*'id'"),
        ("book-lent", {"id": "7", "on": "2026-01-01"}, None, "schemas 1 2.*found none"),
        ("book-lent", {"id": "7", "on": "2026-01-01"}, {3: {}}, "schemas 1 2"),
    ],
)
def test_an_invalid_event_is_not_published(events, event, data, older, reason):
    with pytest.raises(events.InvalidEventError, match=reason):
        events.new(event, data, subject="books/7", older=older)


@pytest.mark.parametrize(
    ("message", "replayed"),
    [
        (CLOUD, False),
        (FORMER, False),
        ({"Type": "Notification", "Message": json.dumps(CLOUD)}, False),
        ({"detail-type": "book-lent", "source": "loans", "detail": CLOUD}, False),
        ({"detail-type": "book-lent", "detail": CLOUD, "replay-name": "again"}, True),
    ],
)
def test_an_event_is_read_whatever_channel_it_came_through(events, message, replayed):
    text = json.dumps(message)

    for found in (events.read(text), events.read(text.encode())):
        assert (found.id, found.type, found.subject) == ("e-1", "book-lent", "books/7")
        assert (found.data, found.correlation_id) == ({"id": "7"}, "abc")
        assert found.replayed is replayed


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"data": NaN}', "not JSON"),
        ("[]", "not a JSON object"),
        ('{"Type": "Notification"}', "not JSON"),
        ({"data": {}}, "specversion is None"),
        ({**CLOUD, "specversion": "0.3"}, "specversion is '0.3'"),
        (json.dumps(CLOUD).replace('"7"', r'"\ud800"'), "not JSON"),
        (json.dumps(CLOUD).replace('"7"', "1e999"), "not JSON"),
        (json.dumps(CLOUD).replace('"7"', "9" * 5000), "not JSON"),
        ({**CLOUD, "type": "../book-lent"}, "type must be lower-case words"),
        ({**CLOUD, "dataschema": f"urn:bulkhead:event:book-lent:{'9' * 9}"}, "dataschema is"),
        ({**CLOUD, "id": ""}, "id must be text"),
        ({**CLOUD, "subject": 7}, "subject must be text"),
        ({**CLOUD, "data": [1]}, "data must be a JSON object"),
        ({**CLOUD, "data": {"id": 7}}, r"data\.id: the value is not of type"),
        ({**FORMER, "data": {}}, "required"),
        ({**CLOUD, "type": "book-lost"}, "dataschema is"),
        ({**CLOUD, "type": "book-lost", "dataschema": ""}, "'book-lent' is consumed"),
        ({**CLOUD, "dataschema": CLOUD["dataschema"][:-1] + "2"}, "version 2 .* is not read here"),
        ({**CLOUD, "data": {"id": "x" * 300_000}}, "261120 are allowed"),
    ],
)
def test_a_message_that_is_no_such_event_is_refused_with_the_reason(events, message, reason):
    text = message if isinstance(message, str) else json.dumps(message)

    with pytest.raises(events.InvalidEventError, match=reason):
        events.read(text, expected="book-lent")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda of: st.lists(of, max_size=3) | st.dictionaries(st.text(max_size=3), of, max_size=3),
    max_leaves=5,
)


@given(field=st.sampled_from([*CLOUD, "Type", "Message", "detail-type", "detail"]), value=VALUES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_message_is_read_or_refused(events, field, value):
    try:
        found = events.read(json.dumps({**CLOUD, field: value}))
    except events.InvalidEventError:
        return
    assert found is None or found.type == "book-lent"


def test_a_consumer_ignores_fields_that_its_schema_does_not_have(events):
    found = events.read(json.dumps({**CLOUD, "data": {"id": "7", "shelf": 1}}))

    assert found.data["shelf"] == 1


@pytest.mark.parametrize(
    ("headers", "trace"),
    [
        ({"traceparent": CLOUD["traceparent"]}, CLOUD["traceparent"]),
        (
            {"x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"},
            "00-5759e988bd862e3fe1be46a994272793-bd862e3fe1be46a9-01",
        ),
        (
            {"x-amzn-trace-id": f"Root=1-{'1' * 8}-{'2' * 24};Parent={'3' * 16}"},
            f"00-{'1' * 8}{'2' * 24}-{'3' * 16}-00",
        ),
        ({"traceparent": "nonsense", "x-amzn-trace-id": "Self=1"}, ""),
        ({}, ""),
    ],
)
def test_the_trace_of_a_request_is_that_of_its_headers(kit, headers, trace):
    assert kit("correlation").trace_from_headers(headers) == trace
