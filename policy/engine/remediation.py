"""Changes inputs for a remediation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.values import UNKNOWN, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy.engine.resource import Resource


def changed_inputs(resource: Resource, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the top-level inputs of *resource* with the values of *changes*, path by path.

    Other values are kept. A value that is not known yet is not changed, and a
    list is changed in each of its entries.
    """
    changed: dict[str, Any] = {}
    for path, value in changes.items():
        first, _, rest = path.partition(".")
        there = changed.get(first, resource.props.get(first))
        with_change = _changed(there, rest, value)
        if with_change is not UNKNOWN:
            changed[first] = with_change
    return changed


def _changed(there: Any, path: str, value: Any) -> Any:
    if not path:
        return value
    if there is UNKNOWN:
        return UNKNOWN
    if is_array(there) and there:
        return [_changed(one, path, value) for one in there]
    first, _, rest = path.partition(".")
    known = there if is_object(there) else {}
    return {**known, first: _changed(known.get(first), rest, value)}
