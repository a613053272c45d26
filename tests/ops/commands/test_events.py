"""`bulkhead events` lists events, releases their schemas and describes them as AsyncAPI."""

import json

import pytest

from ops import folders

SERVICE = """\
name: {name}
description: A service.
owner: platform
tier: internal
compute: {{kind: lambda}}
"""
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {"id": {"type": "string"}},
}


@pytest.fixture
def schema_file(tmp_path, monkeypatch):
    """Two services, one of which consumes two events of the other; return a schema's file."""
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    fields = {
        "letters": "consumes: {book-lent: {}, book-lost: {}}\n",
        "loans": "publishes: [book-lost, book-lent]\n",
    }
    for name, extra in fields.items():
        (tmp_path / "services" / name).mkdir(parents=True)
        text = SERVICE.format(name=name) + extra
        (tmp_path / "services" / name / "service.yaml").write_text(text)
    file = tmp_path / "services" / "loans" / "events" / "book-lent" / "1.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(SCHEMA))
    return file


def test_a_released_schema_is_kept_and_takes_only_optional_fields(bulkhead, schema_file):
    listed = bulkhead("events")[1].splitlines()
    code, _, told = bulkhead("events", "release")

    assert [line.split() for line in listed[1:]] == [
        ["book-lent", "loans", "1", "topic", "letters", "(1)"],
        ["book-lost", "loans", "no", "schema", "topic", "letters", "(1)"],
    ]
    assert code == 0
    assert told == (
        "✓ book-lent, version 1, is released\n"
        "✓ services/loans/events/events.lock is written: commit it\n"
    )
    assert json.loads(bulkhead("events", "--json")[1])[0]["released"] == [1]

    schema_file.write_text(json.dumps({**SCHEMA, "required": ["id"]}))
    code, _, told = bulkhead("events", "release")

    assert code == 1
    assert "the required field 'id', which is new; restore it, and write the change as" in told


def test_a_version_that_nobody_reads_is_withdrawn(bulkhead, schema_file):
    second = schema_file.with_name("2.json")
    second.write_text(json.dumps(SCHEMA))
    bulkhead("events", "release", "loans")
    second.unlink()

    assert "✓ book-lent, version 2, is withdrawn" in bulkhead("events", "release")[2]
    assert bulkhead("events", "release")[1:] == ("", "")  # nothing has changed
    assert bulkhead("events", "release", "nobody")[0] == 1


def test_the_document_names_every_event(bulkhead, schema_file, tmp_path):
    assert bulkhead("events", "asyncapi", str(tmp_path / "events.json"))[0] == 0

    made = json.loads((tmp_path / "events.json").read_text())
    assert list(made["channels"]) == ["book-lent", "book-lost"]


def test_an_event_without_a_schema_is_a_fault(bulkhead, schema_file):
    (schema_file.parents[2] / "handler.py").write_text("def handler(event, context): ...")
    (schema_file.parents[3] / "letters" / "handler.py").write_text("def handler(e, c): ...")

    code, printed, told = bulkhead("check")

    assert (code, told) == (1, "")
    valid, fault = printed.splitlines()
    assert valid == "letters is valid"
    assert fault.startswith("services/loans/service.yaml:6: publishes[0]: found no schema")
    assert "; add events/book-lost/1.json, a JSON Schema of its data; for an event" in fault
