"""The Diff call: no change, an update or a replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.diff import Diff
from localcloud.provider.row import IGNORED, REPLACE
from localcloud.provider.values import has_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.provider.utilities.declarations import Properties, Property, ResourceType

READY = "readyForRenewal"


def diff(
    type_: ResourceType,
    old_inputs: Properties,
    old_outputs: Properties,
    news: Properties,
    ignored: Iterable[str] = (),
) -> Diff:
    """Compare the inputs in the state with the new ones."""
    changed = {
        key
        for key, item in type_.inputs.items()
        if key not in ignored
        and item.effect is not IGNORED
        and _differ(item, old_inputs.get(key), news.get(key))
    }
    replaces = {key for key in changed if type_.inputs[key].effect is REPLACE}
    if is_ready_for_renewal(type_, {**old_outputs, **news}):
        changed, replaces = changed | {READY}, replaces | {READY}
    return Diff(
        changed=frozenset(changed),
        replaces=frozenset(replaces),
        added=frozenset(key for key in changed - {READY} if old_inputs.get(key) is None),
        removed=frozenset(key for key in changed - {READY} if news.get(key) is None),
    )


def is_ready_for_renewal(type_: ResourceType, outputs: Mapping[str, Any]) -> bool:
    """Return whether the resource with *outputs* is to be replaced by now."""
    return type_.is_ready_for_renewal is not None and type_.is_ready_for_renewal(dict(outputs))


def _differ(item: Property, old: Any, new: Any) -> bool:
    if item.empty_is_unset:
        old, new = old or None, new or None
    return has_unknown(new) or old != new
