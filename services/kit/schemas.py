"""JSON Schemas of events, in the artifact: `events/` and `consumed-events/`.

`events/<type>/<version>.json` are those of the events that the service publishes, and the build
adds those that it reads as `consumed-events/<type>/<version>.json`. Needs `jsonschema-rs` in the
service's requirements if there are any.
"""

from __future__ import annotations

import functools
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kit import settings

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

PUBLISHED = "events"
CONSUMED = "consumed-events"
DIRECTORY = "EVENT_SCHEMAS_DIRECTORY"
"""Variable with another folder than that of the artifact, for tests."""

OTHER_FIELDS = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "if")
"""Keywords with which an object may have fields that its `properties` do not list."""
MAX_FAULTS = 5
MASK = "the value"  # in messages, which are logged


def versions(event_type: str, folder: str) -> list[int]:
    """Return the versions of *event_type* that have a schema in *folder*, in order."""
    return sorted(int(file.stem) for file in (_root() / folder / event_type).glob("[1-9]*.json"))


def faults(event_type: str, version: int, data: Any, folder: str) -> list[str]:
    """Return what contradicts the schema in *folder*.

    A published event has no field that its schema does not list, so that a later version may add
    it; a consumer ignores such fields.
    """
    file = _root() / folder / event_type / f"{version}.json"
    try:
        found = _validator(file, closed=folder == PUBLISHED).iter_errors(data)
        return [
            _text(one.instance_path, one.message) for one in itertools.islice(found, MAX_FAULTS)
        ]
    except ValueError as error:  # nested too deeply
        return [f"data: {error}"]


def without_other_fields(schema: Any) -> Any:
    """Return *schema* without undeclared fields in objects that list their fields."""
    if not isinstance(schema, dict):
        return schema
    found = dict(cast("dict[str, Any]", schema))
    if "properties" in found:
        listed: dict[str, Any] = found["properties"]
        found["properties"] = {name: without_other_fields(one) for name, one in listed.items()}
        if not any(keyword in found for keyword in OTHER_FIELDS):
            found["additionalProperties"] = False
    if isinstance(found.get("items"), dict):
        found["items"] = without_other_fields(found["items"])
    return found


def _root() -> Path:
    return Path(settings.text(DIRECTORY, str(Path(__file__).resolve().parent.parent)))


@functools.cache
def _validator(file: Path, *, closed: bool) -> Draft7Validator:
    try:
        from jsonschema_rs import Draft7Validator  # noqa: PLC0415 - for services with schemas
    except ModuleNotFoundError as error:
        raise settings.SettingError(
            f"the events of {file.parent.name} have a schema, which needs jsonschema-rs: add it to"
            " requirements.in, and run bulkhead lock"
        ) from error
    schema = json.loads(file.read_text())
    if closed:
        schema = without_other_fields(schema)
    return Draft7Validator(schema, validate_formats=True, mask=MASK)


def _text(path: list[str | int], message: str) -> str:
    return f"data{''.join(f'[{p}]' if isinstance(p, int) else f'.{p}' for p in path)}: {message}"
