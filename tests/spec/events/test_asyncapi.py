"""The AsyncAPI document of a catalogue is one by the official schema of AsyncAPI 3.0."""

import gzip
import json
from pathlib import Path

import jsonschema_rs
import pytest

from spec.catalogue import load_catalogue
from spec.events.asyncapi import document

SPECIFICATION = Path(__file__).resolve().parents[2] / "fixtures" / "asyncapi" / "3.0.0.json.gz"


@pytest.fixture(scope="module")
def official():
    return jsonschema_rs.Draft7Validator(json.loads(gzip.decompress(SPECIFICATION.read_bytes())))


@pytest.mark.parametrize("versions", [(), (1,), (1, 2)])
def test_the_document_is_valid(catalogue, schema, official, versions):
    definition = {
        **schema,
        "properties": {**schema["properties"], "at": {"$ref": "#/definitions/place"}},
        "definitions": {"place": {"type": "string"}},
    }
    folder = catalogue({f"book-lent/{version}.json": definition for version in versions})

    made = document(load_catalogue(folder), folder)

    assert [error.message for error in official.iter_errors(made)] == []
    assert list(made["channels"]) == ["book-lent"]
    assert list(made["operations"]) == ["loans-sends-book-lent", "letters-receives-book-lent"]
    names = [f"book-lent-{version}" for version in versions] or ["book-lent"]
    assert list(made["components"]["messages"]) == names
    place = made["components"]["schemas"][names[-1]].get("properties", {}).get("at")
    prefix = f"#/components/schemas/{names[-1]}"
    assert place == ({"$ref": f"{prefix}/definitions/place"} if versions else None)


def test_the_schema_refuses_what_is_no_document(official):
    assert not official.is_valid({"asyncapi": "3.0.0"})
