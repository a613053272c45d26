"""Reads the description of a service; every fault is reported at once."""

from __future__ import annotations

import difflib
import functools
import json
import re
from typing import TYPE_CHECKING, Any, cast

import pydantic

from spec import document
from spec.consumers import POSITION
from spec.faults import Fault, SpecError
from spec.inputs import PARAMETER, VARIABLE
from spec.model import NAME
from spec.service import ServiceSpec
from spec.stores.efs import MOUNT_PATH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from spec.process import Migrations

FILE = "service.yaml"
MIGRATION = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
MAX_FOUND = 60
WANTED = {
    "string_type": "write text",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "list_type": "write a list: [one, two]",
    "dict_type": "write fields as 'name: value'",
    "model_type": "write fields as 'name: value'",
    "model_attributes_type": "write fields as 'name: value'",
    "too_short": "write at least {min_length}",
    "too_long": "write at most {max_length}",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "greater_than": "write a number above {gt}",
    "greater_than_equal": "write a number of at least {ge}",
    "less_than": "write a number below {lt}",
    "less_than_equal": "write a number of at most {le}",
    "multiple_of": "write a multiple of {multiple_of}",
    "enum": "write one of {expected}",
    "literal_error": "write one of {expected}",
}
PATTERNS = {
    POSITION: "write latest, trim-horizon, or a time in UTC in quotes: '2026-01-31T00:00:00Z'",
    MOUNT_PATH: "write a path as '/mnt/reports': functions mount below /mnt only",
    NAME: "write lower-case letters and digits, words of them joined by '-', a letter first",
    r"^[\t\n\r\x20-\x7e\xa1-\xff]*$": (
        "write Latin-1 characters only: the description of an IAM role allows no others"
    ),
    r"^/[A-Za-z0-9/_.-]*$": "write a path as '/health'",
    VARIABLE: "write capital letters, digits and '_', a letter first, as LOG_FORMAT",
    PARAMETER: "write a path as '/shop/exchange-rates'",
    r"^\w+(\.\w+)+$": "write module and function as 'handler.handler'",
    r"^[0-9]+$": "write a major version in quotes: '17'",
    r"^[0-9]+\.[0-9]+$": "write a major version in quotes: '8.4'",
    r"^db(\.[a-z0-9-]+){2}$": "write an instance class, as db.t4g.medium",
    r"^[0-9]{1,20}$": "write the digits of the number, in quotes",
    r"^[a-z][a-z0-9_/-]*$": "write a folder beside service.yaml, as 'migrations'",
    r"^[A-Za-z_][A-Za-z0-9_.-]{0,254}$": (
        "write an attribute's name: letters, digits, '_', '-' or '.'"
    ),
    r"^[A-Za-z0-9_.-]{3,255}$": (
        "write an index's name: 3 to 255 letters, digits, '_', '-' or '.'"
    ),
    r"^dax\.[a-z0-9]+\.[a-z0-9]+$": "write a node type as dax.t3.small",
}


def load_service(path: Path) -> ServiceSpec:
    """Return the service that *path* (its service.yaml) describes; raises SpecError."""
    source = document.read(path)
    try:
        spec = ServiceSpec.model_validate(source.values)
    except pydantic.ValidationError as error:
        faults = [f for detail in error.errors() for f in _faults(source, detail)]
        raise SpecError(faults) from error
    faults = _beside(source, spec)
    if faults:
        raise SpecError(faults)
    return spec


def _beside(source: document.Document, spec: ServiceSpec) -> list[Fault]:
    """Return the faults of *spec* in relation to its folder."""
    folder = source.file.parent
    faults: list[Fault] = []
    if folder.resolve().name != spec.name:
        faults.append(
            Fault(
                source.file,
                source.line(["name"]),
                "name",
                repr(spec.name),
                f"write the folder's name: {folder.resolve().name}",
            )
        )
    if spec.migrations is not None:
        faults += _numbered(source, spec.migrations)
    return faults


def _numbered(source: document.Document, migrations: Migrations) -> list[Fault]:
    folder = source.file.parent / migrations.directory
    line = source.line(["migrations", "directory"])
    files = sorted(folder.glob("*.sql")) if folder.is_dir() else []
    if not files:
        write = f"add {migrations.directory}/0001_<what it does>.sql, or remove migrations"
        return [Fault(source.file, line, "migrations", "no SQL files", write)]
    faults = [
        Fault(file, 1, "", f"the file name {file.name!r}", "name it as '0002_add_status.sql'")
        for file in files
        if not MIGRATION.fullmatch(file.name)
    ]
    numbers = [file.name[:4] for file in files]
    faults += [
        Fault(file, 1, "", f"the number {file.name[:4]} twice", "give it the next free number")
        for index, file in enumerate(files)
        if numbers.index(file.name[:4]) < index
    ]
    return faults


def _faults(source: document.Document, detail: ErrorDetails) -> list[Fault]:
    where = _where(source, detail["loc"])
    kind = detail["type"]
    if kind == "union_tag_invalid" and isinstance(_written(source, where), dict):
        where.append("kind")
    line = source.line(where)
    if kind == "default_factory_not_called":
        return []  # caused by another fault, which is reported
    text = document.path_text(where)
    if kind == "value_error":
        found = _shown(detail["input"])
        problems = str(detail.get("ctx", {}).get("error", detail["msg"])).splitlines()
        return [Fault(source.file, line, text, found, problem) for problem in problems]
    if kind == "string_type" and isinstance(detail["input"], int | float):
        written = source.scalar(where)
        found = f"{written}, which YAML reads as {document.kind_of(detail['input'])}"
        return [Fault(source.file, line, text, found, f'write it in quotes: "{written}"')]
    return [Fault(source.file, line, text, _found(kind, detail), _write(where, detail))]


def _where(source: document.Document, loc: Sequence[str | int]) -> list[str | int]:
    """Return *loc* without what pydantic adds: the kind of a union's member, `[key]`, `[list]`."""
    where: list[str | int] = []
    value: Any = source.values
    for index, name in enumerate(loc):
        part = document.position(value, name)
        try:
            value = document.member(value, part)
        except LookupError:
            added = str(part).startswith("[") or isinstance(part, int)  # of a union, of a value
            if index + 1 < len(loc) or added:
                continue
        where.append(part)
    return where


def _written(source: document.Document, where: Sequence[str | int]) -> object:
    value: Any = source.values
    for part in where:
        value = document.member(value, part)
    return value


def _found(kind: str, detail: ErrorDetails) -> str:
    if kind == "missing":
        return "no such field"
    if kind == "extra_forbidden":
        return "an unknown field"
    if kind == "union_tag_invalid":
        return _shown(detail.get("ctx", {})["tag"])
    return _shown(detail["input"])


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "these fields: " + (", ".join(map(str, cast("Any", value))) or "none")
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_FOUND else text[: MAX_FOUND - 1] + "…"


def _write(where: Sequence[str | int], detail: ErrorDetails) -> str:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "missing":
        return f"add '{where[-1]}: <{_described(where)}>'"
    if kind == "extra_forbidden":
        return _similar(where)
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], f"write text of the form {context['pattern']}")
    if kind == "union_tag_not_found":
        by_kind = "'" in context["discriminator"] and "kind" in context["discriminator"]
        return "add 'kind: <what it is>'" if by_kind else f"write one of {_choices(where)}"
    if kind == "union_tag_invalid":
        kinds = re.findall(r"'([^']+)'", context["expected_tags"])
        near = difflib.get_close_matches(context["tag"], kinds, n=1)
        first = f"{near[0]}, or " if near else ""
        return f"write {first}one of {', '.join(kinds)}"
    wanted = WANTED.get(kind)
    return wanted.format(**context) if wanted else f"correct it: {detail['msg']}"


def _described(where: Sequence[str | int]) -> str:
    found = _fields_at(where[:-1]).get(str(where[-1]))
    return (found or str(where[-1])).rstrip(".")


def _choices(where: Sequence[str | int]) -> str:
    return " or ".join(f"{{{name}: ...}}" for name in _fields_at(where))


def _similar(where: Sequence[str | int]) -> str:
    names = list(_fields_at(where[:-1]))
    near = difflib.get_close_matches(str(where[-1]), names, n=1)
    if near:
        return f"write '{near[0]}', or remove it"
    return f"remove it; the fields here are {', '.join(names)}" if names else "remove it"


def _fields_at(where: Sequence[str | int]) -> dict[str, str]:
    """Return the fields that may be written at *where*, with their descriptions."""
    schema = _schema()
    found: list[dict[str, Any]] = [schema]
    for part in where:
        found = [child for one in found for child in _members(schema, one, part)]
    fields: dict[str, str] = {}
    for one in found:
        for name, about in one.get("properties", {}).items():
            fields.setdefault(name, about.get("description", ""))
    return fields


@functools.cache
def _schema() -> dict[str, Any]:
    return ServiceSpec.model_json_schema()


def _members(schema: dict[str, Any], one: dict[str, Any], part: str | int) -> list[dict[str, Any]]:
    if isinstance(part, int):
        child = one.get("items")
    else:
        child = one.get("properties", {}).get(part) or one.get("additionalProperties")
        patterned = one.get("patternProperties", {})
        child = child or next(iter(patterned.values()), None)
    return _resolved(schema, cast("Any", child)) if isinstance(child, dict) else []


def _resolved(schema: dict[str, Any], one: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in one:
        return _resolved(schema, schema["$defs"][one["$ref"].rsplit("/", 1)[-1]])
    several = one.get("oneOf") or one.get("anyOf")
    if several:
        return [found for member in several for found in _resolved(schema, member)]
    return [one]
