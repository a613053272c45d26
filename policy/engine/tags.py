"""Tags that declare the purpose of a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.values import UNKNOWN, is_object

if TYPE_CHECKING:
    from policy.engine.resource import Resource


def has_tags(resource: Resource, wanted: Any, *, unknown: bool = True) -> bool:
    """Return whether *resource* has every tag of *wanted* with its value.

    *unknown*: the result for a tag whose value is not known yet.
    """
    if not is_object(wanted) or not wanted:
        return False
    found = [(resource.tag(key), value) for key, value in wanted.items()]
    if any(tag is not UNKNOWN and tag != value for tag, value in found):
        return False
    return unknown or all(tag is not UNKNOWN for tag, _ in found)
