"""The Diff call: no change, an update or a replacement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.provider.equality import same, same_input
from localcloud.provider.row import IGNORED, REPLACE
from localcloud.provider.validation import values_at
from localcloud.provider.values import DEFAULTS, has_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.provider.row import Row


TAGS = frozenset({"tags", "tagsAll"})


@dataclass(frozen=True)
class Diff:
    """The properties that differ and those that require a replacement."""

    changed: frozenset[str] = frozenset()
    replaces: frozenset[str] = frozenset()
    delete_before_replace: bool = False
    added: frozenset[str] = field(default=frozenset())
    removed: frozenset[str] = field(default=frozenset())


def diff(
    row: Row,
    olds: Mapping[str, Any],
    news: Mapping[str, Any],
    *,
    region: str,
    ignored: Iterable[str] = (),
) -> Diff:
    """Compare old and new inputs; *region* is the provider's default."""
    skipped = {DEFAULTS, *ignored}
    changed = set()
    for key in {*olds, *news} - skipped:
        one, other = olds.get(key), news.get(key)
        if key == "region":
            one, other = one or region, other or region
        if key in TAGS:
            one, other = one or {}, other or {}
        if has_unknown(other) or not same_input(row, key, one, other, (olds, news)):
            changed.add(key)
    changed -= row.inputs_with(IGNORED) - {"tags"}
    replaces = changed & (row.inputs_with(REPLACE) | _nested_replaces(row, olds, news))
    return Diff(
        changed=frozenset(changed),
        replaces=frozenset(replaces),
        delete_before_replace=bool(replaces)
        and (row.delete_before_replace or keeps_its_name(row, olds, news)),
        added=frozenset(key for key in changed if olds.get(key) is None),
        removed=frozenset(key for key in changed if news.get(key) is None),
    )


def _nested_replaces(row: Row, olds: Mapping[str, Any], news: Mapping[str, Any]) -> set[str]:
    """Return the inputs with a changed nested property that cannot be updated in place."""
    return {
        path.split(".")[0]
        for path in row.replacing_paths
        if not same(
            *([value for _, value in values_at(bag, path.split("."), "")] for bag in (olds, news))
        )
    }


def keeps_its_name(row: Row, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Return whether old and new object have the same explicit name."""
    if row.name is None:
        return False
    key = row.name.property
    given = key not in news.get(DEFAULTS, ())
    return given and news.get(key) is not None and news.get(key) == olds.get(key)
