"""The lease under which the workers run changed code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from localcloud.ports import HOST, claim
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localcloud.layout import Layout
    from ops.deployed import Workload

SECONDS = aiohttp.ClientTimeout(total=5)
CONFLICT = 409
UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(frozen=True)
class State:
    """What became of one overlay."""

    version: str
    state: str
    """`starting`, `serving`, `failed` or `superseded`."""
    reason: str
    error: Mapping[str, Any] | None
    """The error of a function's init phase."""


class Lease:
    """A lease of this process on some services."""

    def __init__(self, layout: Layout, http: aiohttp.ClientSession) -> None:
        """Send requests to the workers of *layout*."""
        self._http = http
        self._url = f"http://{HOST}:{claim(layout, 'workers')}/overlays/{os.getpid()}"

    async def renew(self, services: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, State]:
        """State the overlays of *services*; return the state of each by workload.

        Raises CommandError if another process has the lease of a service.
        """
        body = {"services": {name: list(overlays) for name, overlays in services.items()}}
        async with self._http.put(self._url, json=body, timeout=SECONDS) as response:
            answer = await response.json()
            if response.status == CONFLICT:
                raise CommandError(
                    f"Another bulkhead dev (process {answer['owner']}) develops"
                    f" {answer['service']}: stop it with Ctrl-C, or name other services."
                )
            response.raise_for_status()
        return {workload: State(**state) for workload, state in answer["states"].items()}

    async def log(self, workloads: Sequence[Workload], text: str) -> None:
        """Add a line to the logs of *workloads*."""
        named = [{"kind": one.kind, "workload": one.id} for one in workloads]
        body = {"workloads": named, "text": text}
        async with self._http.post(self._url, json=body, timeout=SECONDS) as response:
            response.raise_for_status()

    async def release(self) -> None:
        """End the lease: the deployed code runs again."""
        async with self._http.delete(self._url, timeout=SECONDS) as response:
            response.raise_for_status()
