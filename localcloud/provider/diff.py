"""What a change of inputs means: nothing, an update, or a new object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.provider.checks import at
from localcloud.provider.documents import same
from localcloud.provider.row import IGNORED, REPLACE
from localcloud.provider.values import DEFAULTS, has_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.provider.row import Row


TAGS = frozenset({"tags", "tagsAll"})


@dataclass(frozen=True)
class Diff:
    """The properties that differ."""

    changed: frozenset[str] = frozenset()
    replaces: frozenset[str] = frozenset()
    delete_first: bool = False
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
    """Compare the old inputs with the new ones; *region* is the provider's own."""
    skipped = {DEFAULTS, *ignored}
    changed = set()
    for key in {*olds, *news} - skipped:
        one, other = olds.get(key), news.get(key)
        if key == "region":
            one, other = one or region, other or region
        if key in TAGS:
            one, other = one or {}, other or {}
        if has_unknown(other) or not same(one, other, unordered=key in row.unordered):
            changed.add(key)
    changed -= row.having(IGNORED) - {"tags"}
    replaces = changed & (row.having(REPLACE) | _replaced_inside(row, olds, news))
    return Diff(
        changed=frozenset(changed),
        replaces=frozenset(replaces),
        delete_first=bool(replaces) and (row.delete_first or keeps_its_name(row, olds, news)),
        added=frozenset(key for key in changed if olds.get(key) is None),
        removed=frozenset(key for key in changed if news.get(key) is None),
    )


def _replaced_inside(row: Row, olds: Mapping[str, Any], news: Mapping[str, Any]) -> set[str]:
    """Return the inputs in which a property differs that cannot be changed in place."""
    return {
        path.split(".")[0]
        for path in row.replacing_paths
        if not same(*([value for _, value in at(bag, path.split("."), "")] for bag in (olds, news)))
    }


def keeps_its_name(row: Row, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Say whether the program gave a name that the old object still holds."""
    if row.name is None:
        return False
    key = row.name.property
    given = key not in news.get(DEFAULTS, ())
    return given and news.get(key) is not None and news.get(key) == olds.get(key)
