"""Defaults of inputs, as the real provider applies them.

An optional input that the program leaves out is one of three:

* AWS chooses its value: its output is always there (`Output[T]` in the SDK) and the row has no
  `default`. Dropping it from a program is not a change.
* The row has a `default`, a value or a function of the inputs: Check sets it and lists it in
  `__defaults`, in blocks too. In an earlier version's state, absent is the same as the default.
* Anything else: absent means the same as false, 0, empty, or the input's `reset`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk
from localcloud.provider.row import UNSET
from localcloud.provider.validation import values_at
from localcloud.provider.values import DEFAULTS, Secret, is_unknown, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.inputs import Input
    from localcloud.provider.row import Row

EMPTY = (None, False, 0, "", [], {})


def default(row: Row, key: str, inputs: Mapping[str, Any]) -> Any:
    """Return the default of *key* beside the other *inputs*, or UNSET."""
    item = row.inputs.get(key)
    if item is None or not item.supported:
        return UNSET
    return item.default(inputs) if callable(item.default) else item.default


def reset(item: Input | None, inputs: Mapping[str, Any]) -> Any:
    """Return what an update sends when the program drops the input, or UNSET."""
    if item is None:
        return UNSET
    return item.reset(inputs) if callable(item.reset) else item.reset


def filled(row: Row, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults of the inputs that are not set."""
    found = {
        key: default(row, key, inputs)
        for key in row.inputs
        if "." not in key and inputs.get(key) is None
    }
    return {key: value for key, value in found.items() if value is not UNSET}


def with_blocks(row: Row, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return *inputs* with the defaults of their blocks, which each block lists in `__defaults`."""
    kinds = sdk.declared(row.type).inputs
    return {key: _with_blocks(row, kinds.get(key), value, key) for key, value in inputs.items()}


def _with_blocks(row: Row, kind: Any, value: Any, path: str) -> Any:
    if isinstance(value, Secret):
        return Secret(_with_blocks(row, kind, value.value, path))
    if isinstance(kind, str) or kind is None or kind[0] == "map":
        return value
    if isinstance(value, list):
        return [_with_blocks(row, kind[1], item, path) for item in value]
    if not isinstance(value, dict) or kind[0] != "object":
        return value
    kinds = sdk.members(kind[1])
    found = {
        key: _with_blocks(row, kinds.get(key), item, f"{path}.{key}")
        for key, item in value.items()
        if key != DEFAULTS
    }
    wanted = {
        key: default(row, f"{path}.{key}", found)
        for key in row.defaults_of_blocks.get(path, ())
        if found.get(key) is None
    }
    filled = {key: item for key, item in wanted.items() if item is not UNSET}
    return {**found, **filled, DEFAULTS: sorted(filled)}


def is_chosen_by_aws(row: Row, key: str) -> bool:
    """Return whether AWS chooses the value of *key* when the program does not set it."""
    declared = sdk.declared(row.type)
    item = row.inputs.get(key)
    return (
        item is not None
        and item.default is UNSET
        and key in declared.outputs
        and key not in declared.optional | declared.required
    )


def is_like_absent(row: Row, key: str, value: Any, inputs: Mapping[str, Any]) -> bool:
    """Return whether *value* of *key*, which may be a path, means the same as leaving it out."""
    if is_unknown(value):
        return False
    wanted = default(row, key, inputs)
    if wanted is not UNSET:
        return value is None or str(value).lower() == str(wanted).lower()
    return value in EMPTY or value == reset(row.inputs.get(key), inputs)


def effective(row: Row, key: str, inputs: Mapping[str, Any]) -> Any:
    """Return the value of *key* without members that mean the same as absent ones; None for none.

    A value that AWS would choose stays as it is: false is not the same as leaving it out.
    """
    value = normal(row, key, inputs.get(key), inputs)
    if is_chosen_by_aws(row, key):
        return value
    return None if is_like_absent(row, key, value, inputs) else value


def normal(row: Row, key: str, value: Any, inputs: Mapping[str, Any]) -> Any:
    """Return *value* of *key* without the members of its blocks that are like absent ones."""
    return _normal(row, sdk.declared(row.type).inputs.get(key), value, key, inputs)


def _normal(row: Row, kind: Any, value: Any, path: str, inputs: Mapping[str, Any]) -> Any:
    """Return *value* without the members of its blocks that mean the same as absent ones."""
    if isinstance(value, list) and isinstance(kind, list) and kind[0] == "list":
        return [_normal(row, kind[1], item, path, inputs) for item in value]
    if not (isinstance(value, dict) and isinstance(kind, list) and kind[0] == "object"):
        return value
    kinds = sdk.members(kind[1])
    members = {
        key: _normal(row, kinds.get(key), item, f"{path}.{key}", inputs)
        for key, item in value.items()
        if key != DEFAULTS
    }
    return {
        key: item
        for key, item in members.items()
        if not is_like_absent(row, f"{path}.{key}", item, value)
    }


def without_chosen(row: Row, key: str, value: Any, wanted: Any) -> Any:
    """Return *value* of *key* without what AWS chose in its blocks and *wanted* leaves out."""
    for path in row.chosen_paths:
        name, *inner = path.split(".")
        if name == key and not any(item is not None for _, item in values_at(wanted, inner, "")):
            value = without(value, inner)
    return value
