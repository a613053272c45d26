"""Between the protocol and the table: a context for each call, marks of secrets, answers."""

from __future__ import annotations

import contextlib
import functools
import time
from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import provider_pb2

from localcloud.provider.context import Context
from localcloud.provider.diff import Diff, diff
from localcloud.provider.lifecycle import PartialError
from localcloud.provider.row import UPDATE, Row
from localcloud.provider.values import (
    DEFAULTS,
    Secret,
    from_struct,
    has_secret,
    revealed,
    to_struct,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.protobuf import struct_pb2

    from localcloud.provider.connections import Connection

OWN = frozenset({DEFAULTS, "tagsAll"})


def type_of(urn: str) -> str:
    """Return the type in *urn*; that of its parents stands before it."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return *properties* as the program meant them: no marks, nothing absent, no default key."""
    return {
        key: revealed(value)
        for key, value in properties.items()
        if key != DEFAULTS and revealed(value) is not None
    }


def context(
    connection: Connection,
    request: Any,
    row: Row,
    *,
    news: Mapping[str, Any],
    olds: Mapping[str, Any],
) -> Context:
    """Return what the functions of *row* get for *request*."""
    inputs, recorded = plain(news), plain(olds)
    seconds = getattr(request, "timeout", 0) or row.time_limit
    return Context(
        cloud=connection.cloud,
        type=row.type,
        service=row.service,
        missing=row.missing,
        region=inputs.get("region") or recorded.get("region") or connection.region,
        urn=request.urn,
        name=getattr(request, "name", "") or request.urn.rsplit("::", 1)[-1],
        id=getattr(request, "id", ""),
        inputs={key: value for key, value in inputs.items() if key not in OWN},
        olds=recorded,
        tags=inputs.get("tagsAll") or inputs.get("tags") or {},
        default_tags=revealed(connection.default_tags),
        without_ignored=connection.without_ignored,
        deadline=time.monotonic() + seconds,
        cancelled=connection.cancelled,
        log=functools.partial(connection.log, request.urn),
        directory=connection.directory,
    )


def invocation(connection: Connection, token: str, arguments: Mapping[str, Any]) -> Context:
    """Return what the function *token* gets."""
    inputs = plain(arguments)
    return Context(
        cloud=connection.cloud,
        type=token,
        service="",
        region=inputs.get("region") or connection.region,
        account=connection.account,
        inputs=inputs,
        cancelled=connection.cancelled,
        directory=connection.directory,
    )


def result(found: Mapping[str, Any], arguments: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return what a function answers; all of it is secret if one of its arguments is."""
    if has_secret(dict(arguments)):
        found = {key: Secret(value) for key, value in found.items() if value is not None}
    return to_struct(found)


def changed(row: Row, request: Any, connection: Connection) -> frozenset[str]:
    """Return which inputs an update has to apply.

    An update although nothing differs repairs what an earlier one left incomplete: all of them.
    """
    olds, news = revealed(from_struct(request.old_inputs)), revealed(from_struct(request.news))
    found = diff(row, olds, news, region=connection.region, ignored=request.ignoreChanges).changed
    if found:
        return found
    everything = {key for key in row.having(UPDATE) if key in news or key in olds}
    return frozenset(everything | ({"tagsAll"} & set(news)))


def marked(row: Row, properties: Mapping[str, Any], like: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return *properties* with a mark on what is secret in *like* and by its nature."""
    secret = row.secret
    return to_struct(
        {
            key: Secret(value)
            if key in secret and value is not None
            else mark(value, like.get(key))
            for key, value in properties.items()
        }
    )


def mark(value: Any, like: Any) -> Any:
    """Return *value* with marks at the places where *like* has them."""
    if isinstance(like, Secret):
        return Secret(value) if value is not None else None
    if isinstance(value, dict) and isinstance(like, dict):
        return {key: mark(item, like.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(like, list):
        if len(value) == len(like):
            return [mark(item, other) for item, other in zip(value, like, strict=True)]
        return Secret(value) if has_secret(like) else value
    return Secret(value) if value is not None and has_secret(like) else value


@contextlib.contextmanager
def failures_marked(row: Row, inputs: Mapping[str, Any]) -> Iterator[None]:
    """Keep secret, in what the engine is told about an incomplete object, what is secret."""
    try:
        yield
    except PartialError as error:
        error.outputs = from_struct(marked(row, error.outputs, inputs))
        error.inputs = dict(inputs)
        raise


def diff_response(found: Diff) -> provider_pb2.DiffResponse:
    """Return *found* as the engine wants it."""
    kinds = provider_pb2.PropertyDiff
    details = {}
    for key in found.changed:
        word = "ADD" if key in found.added else "DELETE" if key in found.removed else "UPDATE"
        name = f"{word}_REPLACE" if key in found.replaces else word
        details[key] = kinds(kind=kinds.Kind.Value(name), inputDiff=True)
    some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=some if found.changed else none,
        diffs=sorted(found.changed),
        replaces=sorted(found.replaces),
        deleteBeforeReplace=found.delete_first,
        detailedDiff=details,
        hasDetailedDiff=bool(details),
    )
