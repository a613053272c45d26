"""Faults that botocore's shapes know: enums, lengths, patterns and ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes
from localcloud.provider.limits import broken
from localcloud.provider.row import Fault, Limit, Op
from localcloud.provider.values import is_unknown, veiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.row import Row

SCALARS = ("string", "integer", "long", "float", "double")


def shape_faults(row: Row, inputs: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what the shapes of the row's operations refuse."""
    own = [row.create] if isinstance(row.create, Op) else []
    prefix = shapes.resource_name(row.type)
    for op in (*own, *(Op(name=name) for name in row.checked_by)):
        members = shapes.members_of(
            shapes.operation(op.service or row.service, op.name).input_shape
        )
        walker = _Walker(row, op)
        for key, value in inputs.items():
            member = shapes.target(key, members, op.rename, only=op.only, prefix=prefix)
            if member is not None and member in members:
                yield from walker.walk(members[member], value, _Place(key, key))


@dataclass(frozen=True)
class _Place:
    """Where in the inputs a value is."""

    path: str
    """Without the numbers of items: as `rename` and `limits` name it."""

    shown: str


@dataclass(frozen=True)
class _Walker:
    """Goes through the inputs along the shape of one operation."""

    row: Row
    op: Op

    def walk(self, shape: Any, value: Any, place: _Place) -> Iterator[Fault]:
        """Yield what *shape* refuses about *value*; a limit of the row stands in its place."""
        if value is None or is_unknown(value) or place.path in self.row.limits:
            return
        if shape.type_name == "structure":
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    yield from self._block(shape, item, place)
        elif shape.type_name == "list":
            yield from self._list(shape, value, place)
        elif shape.type_name in SCALARS and not isinstance(value, dict | list):
            yield from _sizes(shape, value, place.shown)

    def _list(self, shape: Any, value: Any, place: _Place) -> Iterator[Fault]:
        if isinstance(value, list):
            yield from _sizes(shape, value, place.shown)
            for index, item in enumerate(value):
                inner = _Place(place.path, f"{place.shown}[{index}]")
                yield from self.walk(shape.member, item, inner)
        elif not isinstance(value, dict):
            yield from self.walk(shape.member, value, place)

    def _block(self, shape: Any, value: dict[str, Any], place: _Place) -> Iterator[Fault]:
        for key, item in value.items():
            inner = _Place(f"{place.path}.{key}", f"{place.shown}.{key}")
            member = self.op.rename.get(inner.path) or shapes.fitting(key, tuple(shape.members))
            if member in shape.members:
                yield from self.walk(shape.members[member], item, inner)


def _sizes(shape: Any, value: Any, where: str) -> Iterator[Fault]:
    """Yield what the numbers in *shape* refuse about one value."""
    data = shape.metadata
    value = veiled(value, secret=bool(data.get("sensitive")))
    low, high = data.get("min"), data.get("max")
    sized = isinstance(value, str | list) and shape.type_name in ("string", "list")
    limit = Limit(
        one_of=tuple(getattr(shape, "enum", ()) or ()),
        pattern=data.get("pattern") if shape.type_name == "string" else None,
        **({"min_length": low, "max_length": high} if sized else {"minimum": low, "maximum": high}),
    )
    if shape.type_name == "string" and not isinstance(value, str):
        return
    reason = broken(limit, value)
    if reason:
        yield Fault(where, reason)
