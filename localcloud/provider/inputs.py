"""What a row says about each input: what a change of it means, its default, its limits."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.provider.context import Properties


@dataclass(frozen=True)
class Limit:
    """The values an input may have, where botocore's shapes do not say."""

    minimum: float | None = None
    maximum: float | None = None
    _: KW_ONLY
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    """A regular expression for the whole value."""
    one_of: tuple[Any, ...] = ()


class Effect(StrEnum):
    """What a change of an input means."""

    UPDATE = "update"
    """The object is updated in place."""
    REPLACE = "replace"
    """The object is replaced."""
    IGNORED = "ignored"
    """Nothing: the local cloud does not use the input."""


UPDATE: Final = Effect.UPDATE
REPLACE: Final = Effect.REPLACE
IGNORED: Final = Effect.IGNORED

UNSET: Final = object()
"""Marks a field that is not set, where None is a valid value."""


@dataclass(frozen=True)
class Input:
    """One input of a type, or a property inside an input (named by its dotted path)."""

    effect: Effect
    _: KW_ONLY

    attribute: str = ""
    """Its name in the `Attributes` map of SQS and SNS."""

    default: Any = UNSET
    """What Check sets when the program does not set it, as the real provider does: a value, or a
    function of the inputs that may return UNSET. See `defaults.py`."""

    reset: Any = UNSET
    """What an update sends once the program drops it, and what means the same as leaving it out: a
    value, or a function of the inputs that may return UNSET."""

    chosen_by_aws: bool = False
    """Whether AWS chooses the value of this nested path when the program does not set it."""

    write_only: bool = False
    """Whether AWS does not answer it: the first update after an import sends it, or, if a change
    of it replaces the object, keeps it in the state."""

    limit: Limit | None = None

    unordered: bool = False
    """Whether it is a list compared as a set: `subnetIds`."""

    canonical: Callable[[Any, Properties], Any] | None = None
    """Returns its value, given all inputs, in a form that is equal for equal meanings."""

    secret: bool = False
    """Whether it is always secret, also when the program passes it as plain text."""

    local_address: bool = False
    """Whether the output is the local address of a server instead of the input, which is not drift:
    `port`."""

    state_only: bool = False
    """Whether it controls the provider, not the object, and is kept in the state only:
    `forceDestroy`."""

    supported_values: tuple[Any, ...] = ()
    """The values that the local cloud implements; Check rejects others except in plan mode."""

    supported: bool = True
    """False: the local cloud does not implement it, and Check rejects it except in plan mode."""


def each(
    effect: Effect, keys: str, *, state_only: bool = False, write_only: bool = False
) -> dict[str, Input]:
    """Return inputs that have an *effect* and little else to declare."""
    found = Input(effect, state_only=state_only, write_only=write_only)
    return dict.fromkeys(keys.split(), found)


def attributes(inputs: Mapping[str, Input]) -> dict[str, str]:
    """Return input -> attribute name, for the inputs that AWS takes as attributes."""
    return {key: item.attribute for key, item in inputs.items() if item.attribute}


def names(text: str) -> frozenset[str]:
    """Return the names in *text*."""
    return frozenset(text.split())
