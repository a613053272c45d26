"""Helpers for the arguments of components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NOT_AN_INPUT = {"not_an_input": True}
"""Metadata of a field that cannot be serialized as an input, such as a hook or a component."""


class InvalidArgError(ValueError):
    """Raised for an invalid argument, before any resource is registered."""

    def __init__(self, name: str, got: object, want: str) -> None:
        """Name the argument, its value and what to use instead."""
        super().__init__(f"{name}={got!r} is invalid: {want}")


def as_inputs(args: DataclassInstance) -> dict[str, Any]:
    """Return *args* as the inputs of a component, so that they are in the state and in policies."""
    return {
        field.name: _plain(getattr(args, field.name))
        for field in fields(args)
        if not field.metadata.get("not_an_input")
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return as_inputs(value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Any]", value)
        return {key: _plain(item) for key, item in pairs.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(item) for item in cast("Sequence[Any]", value)]
    return value


def require_between(name: str, value: float, low: float, high: float) -> None:
    """Raise InvalidArgError if *value* is not between *low* and *high*."""
    if not low <= value <= high:
        raise InvalidArgError(name, value, f"use {low} to {high}")
