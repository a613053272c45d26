"""The Diff call: no change, an update or a replacement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.provider.defaults import effective, is_chosen_by_aws, normal, without_chosen
from localcloud.provider.equality import restrict_to, same, same_input
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


@dataclass(frozen=True)
class OldState:
    """Inputs and outputs in the state."""

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


def diff(
    row: Row, old: OldState, news: Mapping[str, Any], *, region: str, ignored: Iterable[str] = ()
) -> Diff:
    """Compare the state with the new inputs; *region* is the provider's default."""
    olds = old.inputs
    before = OldState({**olds, "region": olds.get("region") or region}, old.outputs)
    after = {**news, "region": news.get("region") or region}
    keys = {*olds, *news, "region"} - {DEFAULTS, *ignored} - (row.inputs_with(IGNORED) - {"tags"})
    changed = {key for key in keys if _differs(row, key, before, after)}
    replaces = changed & (row.inputs_with(REPLACE) | _nested_replaces(row, olds, news))
    replaces -= {key for key in replaces if key not in olds and row.inputs[key].write_only}
    return Diff(
        changed=frozenset(changed),
        replaces=frozenset(replaces),
        delete_before_replace=bool(replaces)
        and (row.delete_before_replace or keeps_its_name(row, olds, news)),
        added=frozenset(key for key in changed if olds.get(key) is None),
        removed=frozenset(key for key in changed if news.get(key) is None),
    )


def _differs(row: Row, key: str, old: OldState, news: Mapping[str, Any]) -> bool:
    """Return whether the input *key* has another meaning in *news* than in the state."""
    if has_unknown(news.get(key)):
        return True
    one, other = effective(row, key, old.inputs), effective(row, key, news)
    if key in TAGS:
        one, other = one or {}, other or {}
    if is_chosen_by_aws(row, key):
        if other is None:
            return False
        if one is None:
            one = restrict_to(other, normal(row, key, old.outputs.get(key), old.outputs))
    one = without_chosen(row, key, one, other)
    return not same_input(row, key, one, other, (old.inputs, news))


def _nested_replaces(row: Row, olds: Mapping[str, Any], news: Mapping[str, Any]) -> set[str]:
    """Return the inputs with a changed nested property that cannot be updated in place."""
    found = set(row.replaces(olds, news) if row.replaces is not None else ())
    for path in row.replacing_paths:
        key, *inner = path.split(".")
        values = [
            [value for _, value in values_at(effective(row, key, bag), inner, "")]
            for bag in (olds, news)
        ]
        if not same(*values):
            found.add(key)
    return found


def keeps_its_name(row: Row, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Return whether old and new object have the same explicit name."""
    if row.name is None:
        return False
    key = row.name.property
    given = key not in news.get(DEFAULTS, ())
    return given and news.get(key) is not None and news.get(key) == olds.get(key)
