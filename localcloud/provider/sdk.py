"""What the installed Python SDK declares for each type, and values in the form it declares."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk_source
from localcloud.provider.values import UNKNOWN, is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.sdk_source import Kind

NOTHING = object()
"""A value that cannot be converted to the form that the SDK declares."""

OWN_OUTPUTS = frozenset({"id", "urn"})
"""Outputs that the engine fills in."""


@dataclass(frozen=True)
class Declared:
    """One type of the SDK."""

    required: frozenset[str]
    inputs: Mapping[str, Kind]
    outputs: Mapping[str, Kind]

    optional: frozenset[str]
    """The outputs that may be absent: `Output[Optional[T]]`."""

    @property
    def computed(self) -> frozenset[str]:
        """The outputs that are not inputs too."""
        return frozenset(self.outputs) - frozenset(self.inputs)


@cache
def version() -> str:
    """Return the version of the SDK."""
    return importlib.metadata.version("pulumi-aws")


@cache
def declared(type_: str) -> Declared:
    """Return what the SDK declares for *type_*."""
    inputs, outputs, required = sdk_source.resource(type_)
    kinds = {key: kind for key, kind in outputs.kinds.items() if key not in OWN_OUTPUTS}
    return Declared(required, inputs.kinds, kinds, outputs.optional & set(kinds))


@cache
def members(name: str) -> Mapping[str, Kind]:
    """Return the properties of the block *name*."""
    return sdk_source.block(name).kinds


def outputs(type_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* in the form the SDK declares; what it does not declare is left out."""
    kinds = declared(type_).outputs
    return _fit_members(kinds, values)


def fit(kind: Kind, value: Any) -> Any:
    """Return *value* in the form of *kind*, or NOTHING."""
    if value is None or value is NOTHING:
        return NOTHING
    if is_unknown(value):
        return UNKNOWN
    if isinstance(kind, str):
        return _SCALARS[kind](value)
    form, inner = kind
    return _fit_several(form, inner, value)


def _fit_several(form: str, inner: Any, value: Any) -> Any:
    if form == "list":
        items = [fit(inner, item) for item in _as_list(value)]
        return [item for item in items if item is not NOTHING]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]  # a block that AWS writes as a list of at most one
    if not isinstance(value, dict):
        return NOTHING
    kinds = dict.fromkeys(value, inner) if form == "map" else members(inner)
    return _fit_members(kinds, value)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _fit_members(kinds: Mapping[str, Kind], values: Mapping[str, Any]) -> dict[str, Any]:
    fitted = {key: fit(kinds[key], value) for key, value in values.items() if key in kinds}
    return {key: value for key, value in fitted.items() if value is not NOTHING}


def _string(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        return NOTHING
    return str(value)


def _integer(value: Any) -> Any:
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return NOTHING


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return NOTHING


def _boolean(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), NOTHING)
    return bool(value) if isinstance(value, bool | int) else NOTHING


_SCALARS = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "any": lambda value: value,
    "asset": lambda value: value,
}
