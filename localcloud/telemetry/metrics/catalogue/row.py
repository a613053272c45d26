"""A row of the table of metrics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEVER_THROTTLES = "nothing is throttled on this machine"


class When(StrEnum):
    """When AWS reports a value."""

    EVENT = "with each event"
    NONZERO = "only when it is above zero"
    ZERO = "with each event, 0 if it does not apply"
    ALWAYS = "all the time"
    ACTIVE = "while the resource is active"


@dataclass(frozen=True)
class CataloguedMetric:
    """A metric of AWS."""

    namespace: str
    name: str
    dimension_sets: tuple[tuple[str, ...], ...]
    """Names of the dimensions, sorted, of each set in which it is reported."""
    unit: str
    when: When
    not_local: str = ""
    """Why the local cloud does not measure it; '' if it does."""


def rows(  # noqa: PLR0913, PLR0917 - the columns of the table
    namespace: str,
    dimension_sets: Iterable[tuple[str, ...]],
    unit: str,
    when: When,
    names: str,
    not_local: str = "",
) -> Iterator[CataloguedMetric]:
    """Yield a row for each of *names*, which are separated by spaces."""
    for name in names.split():
        yield CataloguedMetric(namespace, name, tuple(dimension_sets), unit, when, not_local)
