"""Defaults of inputs, as the real provider applies them.

An optional input that the program leaves out is one of three:

* AWS chooses its value: its output is always there (`Output[T]` in the SDK) and the row has no
  `default`. Dropping it from a program is not a change.
* The row has a `default`, a value or a function of the inputs: Check sets it and lists it in
  `__defaults`. In the state of an earlier version, absent means the same as the default.
* Anything else: absent means the same as false, 0, empty, or the input's `reset`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk
from localcloud.provider.row import UNSET
from localcloud.provider.values import DEFAULTS, is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.row import Row

EMPTY = (None, False, 0, "", [], {})


def default(row: Row, key: str, inputs: Mapping[str, Any]) -> Any:
    """Return the default of *key* beside the other *inputs*, or UNSET."""
    item = row.inputs.get(key)
    if item is None or not item.supported:
        return UNSET
    return item.default(inputs) if callable(item.default) else item.default


def filled(row: Row, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults of the inputs that are not set."""
    found = {
        key: default(row, key, inputs)
        for key in row.inputs
        if "." not in key and inputs.get(key) is None
    }
    return {key: value for key, value in found.items() if value is not UNSET}


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
    item = row.inputs.get(key)
    return value in EMPTY or (item is not None and value == item.reset)


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
