"""Log groups, streams and filters as the emulated AWS declares them, read over an internal route.

A stream is created without an announcement, so an unknown one is looked up before it is refused.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from localcloud.telemetry.operations import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.context import TelemetryContext

PATH = "/_bulkhead/logs/declared"
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Group:
    """One log group."""

    created: int
    """Milliseconds since the epoch."""
    retention_days: int | None
    streams: Mapping[str, int]
    """When each stream was created, by name."""
    subscriptions: tuple[dict[str, Any], ...] = ()


@dataclass
class Declared:
    """What was last read; `refresh` reads again."""

    context: TelemetryContext
    groups: dict[tuple[str, str], Group] = field(default_factory=dict[tuple[str, str], Group])
    """By region and name."""
    metric_filters: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """As DescribeMetricFilters returns them, with their region."""
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """Read everything; raises aiohttp's errors while the control plane is away."""
        async with self._lock:
            url = self.context.endpoint + PATH
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            async with self.context.http.get(url, timeout=timeout) as answer:
                answer.raise_for_status()
                found = await answer.json()
            self.groups = {
                (one["region"], one["name"]): Group(
                    one["created"],
                    one["retentionInDays"],
                    one["streams"],
                    tuple(one["subscriptionFilters"]),
                )
                for one in found["groups"]
            }
            self.metric_filters = found["metricFilters"]

    async def group(self, region: str, name: str) -> Group:
        """Return the log group; raises ResourceNotFoundException."""
        if (region, name) not in self.groups:
            await self.refresh()
        found = self.groups.get((region, name))
        if found is None:
            text = "The specified log group does not exist."
            raise OperationError("ResourceNotFoundException", text)
        return found

    async def stream(self, region: str, group: str, name: str) -> Group:
        """Return the group of the log stream; raises ResourceNotFoundException."""
        found = await self.group(region, group)
        if name not in found.streams:
            await self.refresh()
            found = await self.group(region, group)
        if name not in found.streams:
            text = "The specified log stream does not exist."
            raise OperationError("ResourceNotFoundException", text)
        return found
