"""X-Ray's groups and settings as the emulated AWS declares them, read over an internal route."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from localcloud.telemetry.context import TelemetryContext

PATH = "/_bulkhead/xray/declared"
TIMEOUT_SECONDS = 5.0
LOGS = "CloudWatchLogs"
_SHARE_BYTES = 8


@dataclass(frozen=True)
class Declared:
    """X-Ray of a Region; the defaults are those of a new account."""

    destination: str = "XRay"
    index_percent: float = 1.0
    groups: dict[str, str] = field(default_factory=dict[str, str])
    """Filter expression by name and by ARN."""

    def indexes(self, trace_id: str) -> bool:
        """Return whether the trace is one of the percentage that has a summary.

        The ID is hashed: services sample by its last half.
        """
        digest = hashlib.blake2b(trace_id.encode(), digest_size=_SHARE_BYTES).digest()
        return int.from_bytes(digest) * 100 < self.index_percent * 2 ** (8 * _SHARE_BYTES)


Read = Callable[[str], Awaitable[Declared]]
"""Returns what a Region declares."""


def reader(context: TelemetryContext) -> Read:
    """Return a function that asks the control plane, and raises aiohttp's errors without it."""

    async def read(region: str) -> Declared:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with context.http.get(context.endpoint + PATH, timeout=timeout) as answer:
            answer.raise_for_status()
            regions: dict[str, Any] = await answer.json()
        found = regions.get(region)
        if found is None:
            return Declared()
        groups = {one[key]: one for one in found["groups"] for key in ("GroupName", "GroupARN")}
        return Declared(
            destination=found["destination"],
            index_percent=found["indexPercent"],
            groups={key: one["FilterExpression"] for key, one in groups.items()},
        )

    return read
