"""The SDK's declaration of each type, and conversion of values to the declared types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from localcloud.provider import installations, sdk_source
from localcloud.provider.values import UNKNOWN, is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.installations import Installation
    from localcloud.provider.sdk_source import Kind

NOT_CONVERTIBLE = object()
"""The result of `convert` for a value that does not fit the declared type."""

OWN_OUTPUTS = frozenset({"id", "urn"})
"""Outputs set by the engine."""


@dataclass(frozen=True)
class Declared:
    """The declaration of one resource type."""

    required: frozenset[str]
    inputs: Mapping[str, Kind]
    outputs: Mapping[str, Kind]

    optional: frozenset[str]
    """The outputs that may be absent: `Output[Optional[T]]`."""

    @property
    def computed(self) -> frozenset[str]:
        """The outputs that are not also inputs."""
        return frozenset(self.outputs) - frozenset(self.inputs)


def version() -> str:
    """Return the version of the SDK in use."""
    return installations.used().version


def declared(type_: str) -> Declared:
    """Return what the SDK in use declares for *type_*."""
    return _declared(installations.used(), type_)


@cache
def _declared(_sdk: Installation, type_: str) -> Declared:
    inputs, outputs, required = sdk_source.resource(type_)
    kinds = {key: kind for key, kind in outputs.kinds.items() if key not in OWN_OUTPUTS}
    return Declared(required, inputs.kinds, kinds, outputs.optional & set(kinds))


def members(name: str) -> Mapping[str, Kind]:
    """Return the properties of the block *name*."""
    return _block(installations.used(), name).kinds


def required_members(name: str) -> frozenset[str]:
    """Return the properties that the block *name* must have."""
    found = _block(installations.used(), name)
    return frozenset(found.kinds) - found.optional


@cache
def _block(_sdk: Installation, name: str) -> sdk_source.Declaration:
    return sdk_source.block(name)


def outputs(type_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* converted to the declared types, without undeclared ones."""
    kinds = declared(type_).outputs
    return _convert_members(kinds, values)


def convert(kind: Kind, value: Any) -> Any:
    """Return *value* converted to *kind*, or NOT_CONVERTIBLE."""
    if value is None or value is NOT_CONVERTIBLE:
        return NOT_CONVERTIBLE
    if is_unknown(value):
        return UNKNOWN
    if isinstance(kind, str):
        return _SCALARS[kind](value)
    form, inner = kind
    return _convert_collection(form, inner, value)


def _convert_collection(form: str, inner: Any, value: Any) -> Any:
    if form == "list":
        items = [convert(inner, item) for item in _as_list(value)]
        return [item for item in items if item is not NOT_CONVERTIBLE]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]  # a block that AWS writes as a list of at most one
    if not isinstance(value, dict):
        return NOT_CONVERTIBLE
    kinds = dict.fromkeys(value, inner) if form == "map" else members(inner)
    return _convert_members(kinds, value)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _convert_members(kinds: Mapping[str, Kind], values: Mapping[str, Any]) -> dict[str, Any]:
    fitted = {key: convert(kinds[key], value) for key, value in values.items() if key in kinds}
    return {key: value for key, value in fitted.items() if value is not NOT_CONVERTIBLE}


def _string(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        return NOT_CONVERTIBLE
    return str(value)


def document(value: Any) -> Any:
    """Return a JSON document as text, an object as the real provider writes it."""
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"), sort_keys=True)
    return _string(value)


def _integer(value: Any) -> Any:
    number = _number(value)
    return int(number) if number is not NOT_CONVERTIBLE and number.is_integer() else NOT_CONVERTIBLE


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return NOT_CONVERTIBLE
    try:
        return float(value)
    except (TypeError, ValueError):
        return NOT_CONVERTIBLE


def _boolean(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), NOT_CONVERTIBLE)
    return bool(value) if isinstance(value, bool | int) else NOT_CONVERTIBLE


_SCALARS = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "document": document,
    "any": lambda value: value,
    "asset": lambda value: value,
}
