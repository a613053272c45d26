"""Malformed requests, generated from botocore's shapes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from moto.core.utils import get_service_model

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Malformed:
    """A request with one member that its shape rejects."""

    service: str
    operation: str
    member: str
    fault: str
    parameters: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.service}-{self.operation}-{self.member}-{self.fault}"


def malformed(service: str, kinds: frozenset[str], count: int) -> list[Malformed]:
    """Return up to *count* requests, of as many operations and faults as there are."""
    model = get_service_model(service)
    by_operation = [list(_of_operation(model, name, kinds)) for name in model.operation_names]
    turns = max((len(found) for found in by_operation), default=0)
    spread = (found[turn] for turn in range(turns) for found in by_operation if turn < len(found))
    return list(islice(spread, count))


def _of_operation(model: Any, name: str, kinds: frozenset[str]) -> Iterator[Malformed]:
    shape = model.operation_model(name).input_shape
    if shape is None:
        return
    required = {one: _sample(shape.members[one]) for one in shape.required_members}
    payload = shape.serialization.get("payload")
    if payload:
        yield from _of_payload(model, name, payload, shape.members[payload], required, kinds)
        return
    for member, found in shape.members.items():
        located = found.serialization.get("location")
        if located in {"header", "headers"} or found.metadata.get("idempotencyToken"):
            continue
        if member in required and located is None and "null" in kinds:
            rest = {one: value for one, value in required.items() if one != member}
            yield Malformed(model.service_name, name, member, "missing", rest)
        if located is None:
            for fault, value in _faults(found, kinds):
                with_fault = {**required, member: value}
                yield Malformed(model.service_name, name, member, fault, with_fault)


def _of_payload(  # noqa: PLR0913, PLR0917 - one call
    model: Any, name: str, payload: str, shape: Any, required: dict[str, Any], kinds: frozenset[str]
) -> Iterator[Malformed]:
    if shape.type_name != "structure" or not kinds:
        return
    sample = _sample(shape)
    for member, found in shape.members.items():
        for fault, value in _faults(found, kinds):
            values = {**required, payload: {**sample, member: value}}
            yield Malformed(model.service_name, name, member, fault, values)


def _faults(shape: Any, kinds: frozenset[str]) -> Iterator[tuple[str, Any]]:
    limits, kind = shape.metadata, shape.type_name
    if kind == "string":
        if limits.get("enum") and "enum" in kinds:
            yield "enum", "no-such-value"
        if (limits.get("max") or 10**6) < 10**5 and "length" in kinds:
            yield "too-long", "x" * (limits["max"] + 1)
        if limits.get("min") and "length" in kinds:
            yield "too-short", ""
    elif kind in {"integer", "long"} and "value" in kinds:
        if limits.get("max") is not None:
            yield "too-large", limits["max"] + 1
        if limits.get("min") is not None:
            yield "too-small", limits["min"] - 1
    elif kind == "list" and (limits.get("max") or 10**6) < 10**3 and "length" in kinds:
        yield "too-many", [_sample(shape.member)] * (limits["max"] + 1)


def _sample(shape: Any, depth: int = 0) -> Any:  # noqa: PLR0911
    match shape.type_name:
        case "string":
            return (shape.metadata.get("enum") or ["x" * max(shape.metadata.get("min") or 1, 1)])[0]
        case "integer" | "long":
            return int(shape.metadata.get("min") or 1)
        case "float" | "double":
            return 1.0
        case "boolean":
            return True
        case "blob":
            return b"x"
        case "timestamp":
            return 1_700_000_000
        case "list":
            return [_sample(shape.member, depth + 1)] if depth < MAX_DEPTH else []
        case "map":
            return {"key": _sample(shape.value, depth + 1)} if depth < MAX_DEPTH else {}
        case _:
            names = shape.required_members if depth < MAX_DEPTH else []
            return {name: _sample(shape.members[name], depth + 1) for name in names}


MAX_DEPTH = 4
