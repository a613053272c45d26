"""Conversion between protocol messages and contexts, secrets included."""

from __future__ import annotations

import contextlib
import functools
import time
from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import provider_pb2

from localcloud.provider.context import Context
from localcloud.provider.diff import Diff, OldState, diff
from localcloud.provider.lifecycle import InitFailedError
from localcloud.provider.row import UPDATE, Row
from localcloud.provider.values import (
    DEFAULTS,
    Secret,
    from_struct,
    has_secret,
    to_struct,
    unwrap_secrets,
    without_marks,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.protobuf import struct_pb2

    from localcloud.provider.connections import Connection

PROVIDER_KEYS = frozenset({DEFAULTS, "tagsAll"})


def type_of(urn: str) -> str:
    """Return the type in *urn*, without the types of its parents."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return *properties* as plain values, without `__defaults` and None."""
    return {
        key: value
        for key, value in without_marks(unwrap_secrets(dict(properties))).items()
        if value is not None
    }


def new_context(
    connection: Connection,
    request: Any,
    row: Row,
    *,
    news: Mapping[str, Any],
    olds: Mapping[str, Any],
) -> Context:
    """Return the context of *request* for the functions of *row*."""
    inputs, recorded = plain(news), plain(olds)
    seconds = getattr(request, "timeout", 0) or row.time_limit
    return Context(
        cloud=connection.cloud,
        type=row.type,
        service=row.service,
        not_found_codes=row.not_found_codes,
        region=inputs.get("region") or recorded.get("region") or connection.region,
        urn=request.urn,
        name=getattr(request, "name", "") or request.urn.rsplit("::", 1)[-1],
        id=getattr(request, "id", ""),
        inputs={key: value for key, value in inputs.items() if key not in PROVIDER_KEYS},
        olds=recorded,
        tags=inputs.get("tagsAll") or inputs.get("tags") or {},
        default_tags=unwrap_secrets(connection.default_tags),
        without_ignored=connection.without_ignored,
        deadline=time.monotonic() + seconds,
        cancelled=connection.cancelled,
        log=functools.partial(connection.log, request.urn),
        directory=connection.directory,
    )


def invoke_context(connection: Connection, token: str, arguments: Mapping[str, Any]) -> Context:
    """Return the context of the provider function *token*."""
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


def invoke_result(found: Mapping[str, Any], arguments: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return the result of a provider function; all of it is secret if an argument is."""
    if has_secret(dict(arguments)):
        found = {key: Secret(value) for key, value in found.items() if value is not None}
    return to_struct(found)


def inputs_to_update(row: Row, request: Any, connection: Connection) -> frozenset[str]:
    """Return the inputs that an update has to apply.

    An update without a difference repairs an incomplete object: it applies all inputs.
    """
    olds, news = (
        unwrap_secrets(from_struct(request.old_inputs)),
        unwrap_secrets(from_struct(request.news)),
    )
    old = OldState(olds, unwrap_secrets(from_struct(request.olds)))
    found = diff(row, old, news, region=connection.region, ignored=request.ignoreChanges).changed
    if found:
        return found
    everything = {key for key in row.inputs_with(UPDATE) if key in news or key in olds}
    return frozenset(everything | ({"tagsAll"} & set(news)))


def with_secret_marks(
    row: Row, properties: Mapping[str, Any], like: Mapping[str, Any]
) -> struct_pb2.Struct:
    """Return *properties*, secret where *like* is and where the row says so."""
    secret = row.secret
    return to_struct(
        {
            key: Secret(value)
            if key in secret and value is not None
            else mark_like(value, like.get(key))
            for key, value in properties.items()
        }
    )


def mark_like(value: Any, like: Any) -> Any:
    """Return *value* with secrets where *like* has them."""
    if isinstance(like, Secret):
        return Secret(value) if value is not None else None
    if isinstance(value, dict) and isinstance(like, dict):
        return {key: mark_like(item, like.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(like, list):
        if len(value) == len(like):
            return [mark_like(item, other) for item, other in zip(value, like, strict=True)]
        return Secret(value) if has_secret(like) else value
    return Secret(value) if value is not None and has_secret(like) else value


@contextlib.contextmanager
def secrets_marked_in_errors(row: Row, inputs: Mapping[str, Any]) -> Iterator[None]:
    """Mark secrets in the error about an incomplete object."""
    try:
        yield
    except InitFailedError as error:
        error.outputs = from_struct(with_secret_marks(row, error.outputs, inputs))
        error.inputs = dict(inputs)
        raise


def diff_response(found: Diff) -> provider_pb2.DiffResponse:
    """Return *found* as a DiffResponse."""
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
        deleteBeforeReplace=found.delete_before_replace,
        detailedDiff=details,
        hasDetailedDiff=bool(details),
    )
