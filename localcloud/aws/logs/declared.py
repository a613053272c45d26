"""Log groups and filters for the telemetry process, and what it reports about their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import unix_time_millis
from moto.logs.models import logs_backends

from localcloud.account import ACCOUNT
from localcloud.aws.journal import JOURNAL
from localcloud.aws.logs import account_policies

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

EARLIER: set[str] = set()
"""Collections in which an earlier version kept events; the telemetry process moves them."""


def read(_endpoints: ControlEndpoints) -> dict[str, Any]:
    """Return every group with its streams and subscription filters, and every metric filter."""
    with JOURNAL.lock:
        backends: list[Any] = list(logs_backends[ACCOUNT].values())
        return {
            "groups": [
                {
                    "region": backend.region_name,
                    "name": group.name,
                    "created": int(unix_time_millis(group.creation_time)),
                    "retentionInDays": int(group.retention_in_days or 0) or None,
                    "streams": {
                        name: int(unix_time_millis(stream.creation_time))
                        for name, stream in group.streams.items()
                    },
                    "subscriptionFilters": [
                        *(one.to_json() for one in group.subscription_filters.values()),
                        *account_policies.subscriptions(backend, group.name),
                    ],
                }
                for backend in backends
                for group in backend.groups.values()
            ],
            "metricFilters": [
                {**one, "region": backend.region_name}
                for backend in backends
                for one in backend.filters.metric_filters
            ],
        }


def times(body: dict[str, Any]) -> None:
    """Merge first and last times of streams, and the bytes that groups store."""
    groups = {
        (backend.region_name, group.name): group
        for backend in list[Any](logs_backends[ACCOUNT].values())
        for group in backend.groups.values()
    }
    for region, group, stream, *found in body["streams"]:
        known: Any = groups.get((region, group))
        if known is not None and stream in known.streams:
            known.streams[stream].bulkhead_times = tuple(found)
    for region, group, stored in body["bytes"]:
        if (region, group) in groups:
            groups[region, group].bulkhead_bytes = stored


def earlier(collection: str, _key: str, _value: bytes) -> None:
    """Remember a collection of an earlier version."""
    EARLIER.add(collection)


def moved(_body: dict[str, Any]) -> None:
    """Delete the events that the telemetry process has moved."""
    for collection in EARLIER:
        JOURNAL.clear(collection)
    EARLIER.clear()
