"""Values that differ from an input's present one, derived from its declared type and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk, shapes
from localcloud.provider.row import Op

if TYPE_CHECKING:
    from localcloud.provider.row import Row

ACCOUNT_ARN = "arn:aws:iam::000000000000:role/changed"


def another(row: Row, key: str, present: Any) -> Any:
    """Return a value of the scalar input *key* that is not *present*; None if none is known."""
    kind = sdk.declared(row.type).inputs[key]
    limit = row.limits.get(key)
    choices = (limit.one_of if limit is not None else ()) or _enum(row, key)
    if choices:
        return next((str(choice) for choice in choices if str(choice) != str(present)), None)
    match kind:
        case "boolean":
            return present is not True
        case "integer" | "number":
            low = (limit.minimum if limit is not None else None) or 1
            return low if present != low else low + 1
        case "string":
            return ACCOUNT_ARN if key.lower().endswith("arn") else "changed"
        case ["list", "string"]:
            return [ACCOUNT_ARN]
        case _:
            return None


def _enum(row: Row, key: str) -> tuple[str, ...]:
    """Return the values that the shape of an operation of *row* lists."""
    for op in (row.update, row.create, *(Op(name=name) for name in row.check_operations)):
        if not isinstance(op, Op):
            continue
        members = shapes.members_of(
            shapes.operation(op.service or row.service, op.name).input_shape
        )
        prefix = shapes.resource_name(row.type)
        member = shapes.member_for(key, members, op.rename, only=op.only, prefix=prefix)
        if member in members:
            return tuple(getattr(members[member], "enum", ()) or ())
    return ()
