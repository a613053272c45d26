"""Validates inputs against botocore's shapes: enums, lengths, patterns and ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes
from localcloud.provider.limits import violation
from localcloud.provider.row import CheckFailure, Limit, Op
from localcloud.provider.values import is_unknown, redact_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.row import Row

SCALARS = ("string", "integer", "long", "float", "double")


def shape_failures(row: Row, inputs: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """Yield the failures found by the shapes of the row's operations."""
    own = [row.create] if isinstance(row.create, Op) else []
    prefix = shapes.resource_name(row.type)
    for op in (*own, *(Op(name=name) for name in row.check_operations)):
        members = shapes.members_of(
            shapes.operation(op.service or row.service, op.name).input_shape
        )
        walker = _Walker(row, op)
        for key, value in inputs.items():
            member = shapes.member_for(key, members, op.rename, only=op.only, prefix=prefix)
            if member is not None and member in members:
                yield from walker.walk(members[member], value, _Location(key, key))


@dataclass(frozen=True)
class _Location:
    """The location of a value in the inputs."""

    path: str
    """Without list indexes, as in `rename` and `limits`."""

    shown: str


@dataclass(frozen=True)
class _Walker:
    """Walks the inputs along the shape of one operation."""

    row: Row
    op: Op

    def walk(self, shape: Any, value: Any, location: _Location) -> Iterator[CheckFailure]:
        """Yield the failures of *value*; a limit of the row takes precedence over the shape."""
        if value is None or is_unknown(value) or location.path in self.row.limits:
            return
        if shape.type_name == "structure":
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    yield from self._block(shape, item, location)
        elif shape.type_name == "list":
            yield from self._list(shape, value, location)
        elif shape.type_name == "map" and isinstance(value, dict):
            for key, item in value.items():
                inner = _Location(location.path, f"{location.shown}.{key}")
                yield from _sizes(shape.key, key, inner.shown)
                yield from self.walk(shape.value, item, inner)
        elif shape.type_name in SCALARS and not isinstance(value, dict | list):
            yield from _sizes(shape, value, location.shown)

    def _list(self, shape: Any, value: Any, location: _Location) -> Iterator[CheckFailure]:
        if isinstance(value, list):
            yield from _sizes(shape, value, location.shown)
            for index, item in enumerate(value):
                inner = _Location(location.path, f"{location.shown}[{index}]")
                yield from self.walk(shape.member, item, inner)
        elif not isinstance(value, dict):
            yield from self.walk(shape.member, value, location)

    def _block(
        self, shape: Any, value: dict[str, Any], location: _Location
    ) -> Iterator[CheckFailure]:
        for key, item in value.items():
            inner = _Location(f"{location.path}.{key}", f"{location.shown}.{key}")
            member = self.op.rename.get(inner.path) or shapes.matching_member(
                key, tuple(shape.members)
            )
            if member in shape.members:
                yield from self.walk(shape.members[member], item, inner)


def _sizes(shape: Any, value: Any, where: str) -> Iterator[CheckFailure]:
    """Yield the violated constraints of a scalar or list *shape*."""
    data = shape.metadata
    value = redact_secrets(value, secret=bool(data.get("sensitive")))
    low, high = data.get("min"), data.get("max")
    sized = isinstance(value, str | list) and shape.type_name in ("string", "list")
    limit = Limit(
        one_of=tuple(getattr(shape, "enum", ()) or ()),
        pattern=data.get("pattern") if shape.type_name == "string" else None,
        **({"min_length": low, "max_length": high} if sized else {"minimum": low, "maximum": high}),
    )
    if shape.type_name == "string" and not isinstance(value, str):
        return
    reason = violation(limit, value)
    if reason:
        yield CheckFailure(where, reason)
