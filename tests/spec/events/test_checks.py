"""Faults of schemas: each has the file, the line, what was found and what to write."""

import pytest

from spec.catalogue import SpecError, load_catalogue
from spec.events.checks import missing, warnings
from tests.spec.events.conftest import SCHEMA

FIRST = "book-lent/1.json"


def with_field(**fields):
    return {**SCHEMA, "properties": {**SCHEMA["properties"], **fields}}


def test_a_schema_that_is_missing_is_named_with_what_to_write(catalogue):
    folder = catalogue({})

    [fault] = missing(load_catalogue(folder), folder)

    assert str(fault) == (
        f"{folder}/loans/service.yaml:8: publishes[0]: found no schema of 'book-lent';"
        " add events/book-lent/1.json, a JSON Schema of its data; for an event without data"
        ' {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",'
        ' "properties": {}}'
    )


def test_a_schema_without_properties_declares_an_event_without_data(catalogue):
    folder = catalogue({FIRST: {"$schema": SCHEMA["$schema"], "type": "object", "properties": {}}})

    assert list(missing(load_catalogue(folder), folder)) == []


@pytest.mark.parametrize("schema", [SCHEMA, with_field(at={"type": "string"})])
def test_an_optional_field_may_be_added_to_a_released_schema(catalogue, schema):
    folder = catalogue({FIRST: schema}, released={"1": SCHEMA})

    assert load_catalogue(folder).publisher("book-lent").name == "loans"
    assert list(warnings(load_catalogue(folder), folder)) == []


@pytest.mark.parametrize(
    ("code", "requirements", "warned"),
    [
        ("from kit import batch, settings\n", "boto3\n", True),
        ("from kit import events\n", None, True),
        ("from kit import batch\n", "boto3\njsonschema-rs\n", False),
        ("from kit import log\n", "boto3\n", False),
    ],
)
def test_a_consumer_is_told_the_package_with_which_the_kit_checks(
    catalogue, code, requirements, warned
):
    folder = catalogue({FIRST: SCHEMA})
    (folder / "letters" / "handler.py").write_text(code)
    if requirements is not None:
        (folder / "letters" / "requirements.in").write_text(requirements)

    found = [str(one) for one in warnings(load_catalogue(folder), folder)]

    warning = (
        f"{folder}/letters/requirements.in:1: found no jsonschema-rs, with which the kit checks"
        " the events of letters; add it, and run bulkhead lock letters"
    )
    assert found == [warning] * warned


@pytest.mark.parametrize(
    ("schemas", "extra", "line", "found"),
    [
        ({FIRST: '{"a": 1,\n}'}, {}, "1.json:2", "found invalid JSON ("),
        ({FIRST: "[]"}, {}, "1.json:1", "found no JSON object; write a JSON Schema"),
        ({FIRST: {"type": "object"}}, {}, "1.json:1: $schema", "found no $schema; write"),
        (
            {FIRST: {**SCHEMA, "$schema": "https://json-schema.org/draft/2020-12/schema"}},
            {},
            "1.json:2: $schema",
            'write "$schema": "http://json-schema.org/draft-07/schema#"',
        ),
        (
            {FIRST: with_field(at={"type": "day"})},
            {},
            "1.json:18: properties.at.type",
            'found an invalid schema ("day" is not valid under any of the schemas',
        ),
        (
            {FIRST: with_field(at={"$ref": "#/definitions/at"})},
            {},
            "1.json:1:",
            "found an invalid schema (Pointer '/definitions/at' does not exist); write",
        ),
        ({FIRST: {**SCHEMA, "type": "array"}}, {}, "1.json:3: type", "found the type 'array'"),
        (
            {FIRST: {**SCHEMA, "additionalProperties": False}},
            {},
            "1.json:18: additionalProperties",
            "found additionalProperties: false; remove it: a consumer ignores fields",
        ),
        (
            {FIRST: with_field(at={"items": [{"additionalProperties": False}]})},
            {},
            "1.json:20: properties.at.items[0].additionalProperties",
            "found additionalProperties: false",
        ),
        (
            {FIRST: with_field(at={"$ref": "https://example.com/at.json"})},
            {},
            "1.json:18: properties.at.$ref",
            "found the reference 'https://example.com/at.json'; write the definition",
        ),
        (
            {FIRST: '{"type": "object",\n "type": "array"}'},
            {},
            "1.json:2: type",
            "found the field twice (first in line 1)",
        ),
        (
            {FIRST: SCHEMA, "book-lent/v2.json": SCHEMA},
            {},
            "v2.json:1",
            "found the file name 'v2.json'; name it by its version, as 1.json",
        ),
        (
            {FIRST: SCHEMA, "book-lost/1.json": SCHEMA},
            {},
            "book-lost/1.json:1",
            "found a schema of the event 'book-lost', which loans does not publish; add",
        ),
        (
            {FIRST: SCHEMA},
            {"consumes": {"version": 2}},
            "letters/service.yaml:9: consumes.book-lent.version",
            "write 'version: 1', or ask loans for events/book-lent/2.json",
        ),
        (
            {"book-lent/2.json": SCHEMA},
            {},
            "letters/service.yaml:8: consumes.book-lent",
            "found version 1 of 'book-lent', which loans does not publish; write 'version: 2'",
        ),
        ({}, {"consumes": {"version": 2}}, "service.yaml:9", "write no version, or ask loans"),
        ({FIRST: SCHEMA}, {"released": "["}, "events.lock:1", "found no released schemas"),
        ({FIRST: SCHEMA}, {"released": '{"a": 1}'}, "events.lock:1", "found no released schemas"),
    ],
)
def test_a_fault_says_where_it_is_and_what_to_write(catalogue, schemas, extra, line, found):
    folder = catalogue(schemas, **extra)

    with pytest.raises(SpecError) as refused:
        load_catalogue(folder)

    [fault] = [one for one in str(refused.value).splitlines() if line in one]
    assert found in fault


@pytest.mark.parametrize(
    ("schema", "line", "found"),
    [
        (with_field(kind={"enum": ["book", "map", "film"]}), 12, "the value 'film', which is new"),
        (with_field(kind={"enum": ["book"]}), 12, "no value 'map', which is released"),
        ({**SCHEMA, "required": ["id", "kind"]}, 4, "the required field 'kind', which is new"),
        ({**SCHEMA, "required": []}, 4, "no required field 'id', which is released"),
        (with_field(id={"type": "integer"}), 9, "'integer' where 'string' is released"),
        (with_field(id={"type": "string", "minLength": 1}), 10, "1 where nothing is released"),
        (
            {**SCHEMA, "properties": {"id": {"type": "string"}}},
            7,
            "no field 'kind', which is released",
        ),
    ],
)
def test_another_change_of_a_released_schema_is_another_version(catalogue, schema, line, found):
    folder = catalogue({FIRST: schema}, released={"1": SCHEMA})

    with pytest.raises(SpecError) as refused:
        load_catalogue(folder)

    [fault] = str(refused.value).splitlines()
    assert fault.startswith(f"{folder}/loans/events/{FIRST}:{line}: ")
    assert fault.endswith(
        f"found {found}; restore it, and write the change as 2.json beside it: version 1 is"
        " released, and only optional fields may be added to it"
    )
