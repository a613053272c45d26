"""Reads the schema of an event: JSON Schema draft-07 of its data, open to further fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from spec import document
from spec.faults import Fault, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    Where = Sequence[str | int]

DRAFT = "http://json-schema.org/draft-07/schema#"
OPEN = (
    "remove it: a consumer ignores fields that it does not know, so that another release may add"
    " some (the kit refuses to publish fields that the schema does not have)"
)


def read(file: Path) -> dict[str, Any]:
    """Return the schema in *file*; raises SpecError with every fault."""
    try:
        schema = json.loads(file.read_bytes())
    except json.JSONDecodeError as error:
        found = f"invalid JSON ({error.msg})"
        fault = Fault(
            file, error.lineno, "", found, "correct the quotes, commas and brackets there"
        )
        raise SpecError([fault]) from error
    except (ValueError, RecursionError) as error:
        fault = Fault(file, 1, "", f"invalid JSON ({error})", "save the file as UTF-8")
        raise SpecError([fault]) from error
    if not isinstance(schema, dict):
        raise SpecError([Fault(file, 1, "", "no JSON object", "write a JSON Schema")])
    content = cast("dict[str, Any]", schema)
    faults = [*_twice(file), *_faults(file, content)]
    if faults:
        raise SpecError(faults)
    return content


def fault(file: Path, where: Where, found: str, write: str) -> Fault:
    """Return the fault of *file* at *where*, with the line."""
    try:
        line = document.read(file).line(where)
    except SpecError:  # tabs, which JSON allows and YAML does not
        line = 1
    return Fault(file, line, document.path_text(where), found, write)


def _twice(file: Path) -> list[Fault]:
    try:
        document.read(file)
    except SpecError as error:
        return [one for one in error.faults if "twice" in one.found]
    return []


def _faults(file: Path, schema: dict[str, Any]) -> Iterator[Fault]:
    draft = schema.get("$schema")
    if draft != DRAFT:
        found = "no $schema" if draft is None else f"the $schema {draft!r}"
        yield fault(file, ["$schema"], found, f'write "$schema": "{DRAFT}"')
        return
    remote = False
    for where, keyword, value in _keywords(schema, ()):
        if keyword == "additionalProperties" and value is False:
            yield fault(file, [*where, keyword], "additionalProperties: false", OPEN)
        if keyword == "$ref" and not str(value).startswith("#"):
            remote = True
            write = "write the definition in this file, and refer to it as '#/definitions/<name>'"
            yield fault(file, [*where, keyword], f"the reference {value!r}", write)
    if not remote and (invalid := _invalid(file, schema)):
        yield invalid
    elif schema.get("type") != "object":
        found = f"the type {schema.get('type')!r}" if "type" in schema else "no type"
        yield fault(file, ["type"], found, 'write "type": "object": the data of an event is one')


def _invalid(file: Path, schema: dict[str, Any]) -> Fault | None:
    """Return the first fault of *schema* as a schema of draft-07."""
    from jsonschema_rs import (  # noqa: PLC0415 - only services with schemas need it
        Draft7Validator,
        ReferencingError,
        ValidationError,
    )

    try:
        Draft7Validator(schema, offline=True)
    except (ValidationError, ReferencingError) as error:
        found = str(getattr(error, "message", error)).splitlines()[0]
        where: Where = getattr(error, "instance_path", ())
        write = "write a schema of draft-07, which refers to definitions that exist"
        return fault(file, where, f"an invalid schema ({found})", write)
    return None


def _keywords(value: Any, where: tuple[str | int, ...]) -> Iterator[tuple[Where, str, Any]]:
    """Yield each member of the objects in *value*, except names of fields, with its place."""
    if isinstance(value, list):
        for index, one in enumerate(cast("list[Any]", value)):
            yield from _keywords(one, (*where, index))
    if isinstance(value, dict):
        names = bool(where) and where[-1] in {"properties", "patternProperties", "definitions"}
        for key, one in cast("dict[str, Any]", value).items():
            if not names:
                yield where, key, one
            if key not in {"const", "enum", "default", "examples"} or names:
                yield from _keywords(one, (*where, key))
