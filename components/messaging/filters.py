"""Filters of events: the grammar that SNS, EventBridge rules and Lambda's mappings share.

A filter names fields of the envelope and, below `data`, of the event. Each has a list of values and
operators, one of which must match; all fields must match:

    {"data": {"amount_cents": [{"numeric": [">", 0]}], "currency": ["EUR", "CHF"]}}

The module depends on nothing, since descriptions of services are checked with it too.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

DATA = "data"
ENVELOPE = ("id", "source", "type", "subject", "time", "dataschema", "correlationid", "sequence")
"""Fields of the envelope, beside `data`, that a filter may name."""

MAX_KEYS = 5  # of an SNS filter policy
MAX_COMBINATIONS = 150  # of an SNS filter policy
MAX_NUMBER = 10**9  # SNS compares numbers between -10^9 and 10^9
MAX_DECIMALS = 5  # the accuracy of SNS
BOTTOM, TOP = (">", ">="), ("<", "<=")
COMPARISONS = ("=", *BOTTOM, *TOP)
NOT_SHARED = {
    "wildcard": "SNS and Lambda's event filters do not have it: write a prefix or a suffix",
    "cidr": "Lambda's event filters do not have it: write a prefix",
    "$or": "write the alternatives in the list of a field, or filter in the consumer",
}
"""Operators that only some channels have, and what to do without them."""


def problems(filter_: Mapping[str, Any]) -> list[str]:
    """Return what to write instead of each part that a channel would reject."""
    found = list(_problems(filter_, ()))
    if found:
        return found
    if not filter_:
        return ["write at least one field, as {data: {currency: [EUR]}}, or remove the filter"]
    return [*_limits(filter_)]


def _problems(fields: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    for key, value in fields.items():
        path = (*above, str(key))
        where = ".".join(path)
        if key == "$or":
            yield f"remove '{where}': {NOT_SHARED['$or']}"
        elif not above and key not in {DATA, *ENVELOPE}:
            known = ", ".join(ENVELOPE)
            yield f"write {where} below data, as 'data: {{{where}: ...}}': the envelope has {known}"
        elif isinstance(value, dict) and (above or key == DATA):
            below = cast("dict[str, Any]", value)
            if not below:
                yield f"write at least one field in {where}, or remove it"
            yield from _problems(below, path)
        elif not isinstance(value, list) or not value:
            yield f"write {where} as a list of values and operators, one of which must match"
        else:
            rules = cast("list[Any]", value)
            yield from chain.from_iterable(_rule_problems(where, rule) for rule in rules)


def _rule_problems(where: str, rule: Any) -> Iterator[str]:
    if not isinstance(rule, dict):
        yield from _value_problems(where, rule)
        return
    operators = cast("dict[str, Any]", rule)
    if len(operators) != 1:
        yield f"write each operator of {where} as an element of its own: {_known()}"
        return
    [(name, wanted)] = operators.items()
    if name in NOT_SHARED:
        yield f"remove the operator '{name}' of {where}: {NOT_SHARED[name]}"
    elif name not in OPERATORS:
        yield f"write one of {_known()} in place of '{name}' in {where}"
    else:
        yield from OPERATORS[name](where, name, wanted)


def _known() -> str:
    return ", ".join(OPERATORS)


def _value_problems(where: str, value: Any) -> Iterator[str]:
    if value is None or isinstance(value, bool | str):
        return
    if not isinstance(value, int | float):
        yield f"write the values of {where} as text, numbers, true, false or null"
    elif not math.isfinite(value) or not -MAX_NUMBER <= value <= MAX_NUMBER:
        yield f"write {where} with numbers from -10^9 to 10^9: SNS compares no others"
    elif round(value, MAX_DECIMALS) != value:
        yield f"write {where} with at most {MAX_DECIMALS} decimal places: SNS compares no more"


def _text(where: str, name: str, wanted: Any) -> Iterator[str]:
    if not isinstance(wanted, str) or not wanted:
        yield f"write text for '{name}' in {where}, as {{{name}: EUR}}"


def _truth(where: str, name: str, wanted: Any) -> Iterator[str]:
    if not isinstance(wanted, bool):
        yield f"write {{{name}: true}} or {{{name}: false}} in {where}"


def _others(where: str, name: str, wanted: Any) -> Iterator[str]:
    values = cast("list[Any]", wanted) if isinstance(wanted, list) else [wanted]
    kinds = {isinstance(value, str) for value in values}
    plain = all(isinstance(v, str | int | float) and not isinstance(v, bool) for v in values)
    if len(kinds) != 1 or not plain:
        yield f"write text, a number, or a list of one of both for '{name}' in {where}"
        return
    for value in values:
        yield from _value_problems(where, value)


def _numeric(where: str, name: str, wanted: Any) -> Iterator[str]:
    parts = cast("list[Any]", wanted) if isinstance(wanted, list) else []
    signs, numbers = parts[::2], parts[1::2]
    comparable = all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers)
    if not comparable or not numbers or len(signs) != len(numbers) or not _signs_fit(signs):
        yield (
            f"write '{name}' in {where} as one comparison, as ['>', 0], or as a range, as"
            f" ['>=', 0, '<', 100]; comparisons are {' '.join(COMPARISONS)}"
        )
        return
    for number in numbers:
        yield from _value_problems(where, number)
    if sorted(set(numbers)) != numbers:
        yield f"write the lower limit of '{name}' in {where} first, and below the upper one"


def _signs_fit(signs: Sequence[Any]) -> bool:
    if len(signs) == 1:
        return signs[0] in COMPARISONS
    return [sign in side for sign, side in zip(signs, (BOTTOM, TOP), strict=False)] == [True, True]


OPERATORS: dict[str, Callable[[str, str, Any], Iterator[str]]] = {
    "anything-but": _others,
    "equals-ignore-case": _text,
    "exists": _truth,
    "numeric": _numeric,
    "prefix": _text,
    "suffix": _text,
}
"""Operators that every channel has."""


def _limits(filter_: Mapping[str, Any]) -> Iterator[str]:
    named = list(leaves(filter_))
    if len(named) > MAX_KEYS:
        yield f"name at most {MAX_KEYS} fields (it names {len(named)}): SNS compares no more"
    combinations = math.prod(len(rules) * len(path) for path, rules in named)
    if combinations > MAX_COMBINATIONS:
        yield (
            f"write fewer values: SNS allows {MAX_COMBINATIONS} combinations, which are the"
            " numbers of values, each times the depth of its field, multiplied"
            f" (here {combinations})"
        )


def leaves(
    fields: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Sequence[Any]]]:
    """Yield the path of each field that a filter names, with its values and operators."""
    for key, value in fields.items():
        path = (*above, key)
        if isinstance(value, dict):
            yield from leaves(cast("dict[str, Any]", value), path)
        else:
            yield path, value
