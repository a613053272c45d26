"""The containers of a task definition, which are one JSON string."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.values import is_array, is_object

if TYPE_CHECKING:
    from policy.engine.resource import Resource


def containers(task: Resource) -> list[dict[str, Any]]:
    """Return the containers in `containerDefinitions` of *task*; none while unknown."""
    found = task.document("containerDefinitions")
    return [one for one in found if is_object(one)] if is_array(found) else []
