"""Functions that look up one object and answer what its resource type reads of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from localcloud.provider import lifecycle, sdk, sdk_source
from localcloud.provider.lookups import LookupFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.provider.row import Context, Invoke, Row


def lookup(
    row: Row,
    function: str,
    id_of: Callable[[Context], str],
    names: Mapping[str, str] | None = None,
) -> dict[str, Invoke]:
    """Return the token of *function*, `iam/getRole`, with the function.

    It answers the object of *row* with the ID *id_of*. *names* are properties of the function ->
    outputs of the type, where they differ.
    """
    token = f"aws:{function}:{function.rpartition('/')[2]}"

    def find(context: Context) -> Mapping[str, Any]:
        found = read(row, context, id_of(context))
        kinds = sdk_source.result(token).kinds
        named = {key: found.get(output) for key, output in (names or {}).items()}
        values = {**found, "tags": found.get("tagsAll") or {}, **named}
        fitted = {
            key: sdk.convert(kind, values[key])
            for key, kind in kinds.items()
            if values.get(key) is not None
        }
        known = {key: item for key, item in fitted.items() if item is not sdk.NOT_CONVERTIBLE}
        return {"id": found["id"], "region": context.region, **context.inputs, **known}

    return {token: find}


def read(row: Row, context: Context, id_: str) -> dict[str, Any]:
    """Return the outputs of the object *id_*, `id` among them."""
    inside = dataclasses.replace(
        context,
        type=row.type,
        service=row.service,
        not_found_codes=row.not_found_codes,
        inputs={},
    )
    inside.id = id_
    found = lifecycle.read(row, inside)
    if found is None:
        raise LookupFailedError(f"{row.type.rsplit(':', 1)[-1]} {id_} does not exist")
    return {**found, "id": inside.id}
