"""`PUT /intake/metrics`: what the local cloud's processes counted in the last seconds."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from localcloud.measurements import MAX_METRICS, MINUTE, Measurement, sorted_dimensions
from localcloud.telemetry.metrics.values import (
    InvalidMetricError,
    checked_counts,
    checked_dimensions,
    checked_name,
    checked_namespace,
    checked_time,
    checked_unit,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from localcloud.telemetry.metrics.store import MetricStore

MAX_VALUES = 500_000
"""Distinct values of one request."""


def intake(store: MetricStore) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler that adds to *store* all of a request, or nothing."""

    async def put(request: web.Request) -> web.StreamResponse:
        try:
            found = parsed(await request.read(), time.time())
        except InvalidMetricError as error:
            return web.json_response({"message": str(error)}, status=HTTPStatus.BAD_REQUEST)
        store.add(found)
        return web.json_response({"stored": len(found)})

    return put


def parsed(body: bytes, now: float) -> list[Measurement]:
    """Return the measurements of *body*; raises InvalidMetricError with the reason.

    Measurements that are too old to keep are left out.
    """
    try:
        found = json.loads(body)
    except ValueError as error:
        raise InvalidMetricError(f"the body is not JSON: {error}") from error
    if not isinstance(found, list):
        raise InvalidMetricError("the body is not a list of metrics")
    entries = cast("list[Any]", found)
    if len(entries) > MAX_METRICS:
        text = f"{len(entries)} metrics are too many: send at most {MAX_METRICS}"
        raise InvalidMetricError(text)
    return list(_measurements(entries, now))


def _measurements(entries: list[Any], now: float) -> Iterator[Measurement]:
    values = 0
    for index, entry in enumerate(entries):
        try:
            one = _measurement(entry)
        except (KeyError, TypeError, ValueError) as error:
            lacks = f"{error} is missing" if isinstance(error, KeyError) else error
            raise InvalidMetricError(f"metric {index}: {lacks}") from error
        values += len(one.values)
        if values > MAX_VALUES:
            text = f"metric {index}: send at most {MAX_VALUES} distinct values at once"
            raise InvalidMetricError(text)
        try:
            checked_time(one.time, now)
        except InvalidMetricError:
            continue  # sent after a long sleep of the machine
        yield one


def _measurement(entry: Any) -> Measurement:
    pairs: list[Any] = entry["values"]
    return Measurement(
        namespace=checked_namespace(entry["namespace"]),
        name=checked_name(entry["name"]),
        dimensions=sorted_dimensions(checked_dimensions(entry["dimensions"])),
        unit=checked_unit(entry["unit"]),
        time=int(entry["time"]) // MINUTE * MINUTE,
        values=checked_counts([value for value, _ in pairs], [count for _, count in pairs]),
    )
