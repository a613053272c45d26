"""The overlays of every `bulkhead dev`, each set under a lease that its process renews."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from localcloud.runtime.overlays.overlay import Report, State

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from localcloud.runtime.overlays.overlay import Overlay

_LOG = logging.getLogger(__name__)

LEASE_SECONDS = 5.0
"""Without a renewal for this long, the deployed code runs again."""


class HeldError(Exception):
    """Raised when another process holds the lease of a service."""

    def __init__(self, service: str, owner: int) -> None:
        """Name the service and the process that holds its lease."""
        super().__init__(f"the process {owner} holds the lease of {service}")
        self.service = service
        self.owner = owner


class Runtime(Protocol):
    """A part of the workers that runs overlays of one kind."""

    def lay_over(self, wanted: Mapping[str, Overlay]) -> None:
        """Run the overlays *wanted*, by workload, and the deployed code of all others."""
        ...

    def log(self, workload: str, text: str) -> None:
        """Add a line to the log of a workload."""
        ...


@dataclass
class _Lease:
    services: dict[str, tuple[Overlay, ...]]
    expiry: asyncio.TimerHandle


class Overlays:
    """Leases by process ID; kept in memory, because every renewal states them completely."""

    def __init__(self) -> None:
        """Start without leases."""
        self._leases: dict[int, _Lease] = {}
        self._runtimes: dict[str, Runtime] = {}
        self._reports: dict[str, Report] = {}

    @contextmanager
    def run_by(self, kind: str, runtime: Runtime) -> Generator[None]:
        """Let *runtime* run the overlays of *kind* until the block ends."""
        self._runtimes[kind] = runtime
        self._lay_over(kind)
        try:
            yield
        finally:
            del self._runtimes[kind]

    def renew(self, owner: int, services: Mapping[str, Sequence[Overlay]]) -> dict[str, Report]:
        """Run the overlays of *services* until the lease expires; raise HeldError.

        Return their states by workload. Overlays of the last renewal that are not stated any more
        end.
        """
        for service in services:
            for other, lease in self._leases.items():
                if other != owner and service in lease.services:
                    raise HeldError(service, other)
        before = self._leases.pop(owner, None)
        if before is not None:
            before.expiry.cancel()
        stated = {name: tuple(overlays) for name, overlays in services.items()}
        expiry = asyncio.get_running_loop().call_later(LEASE_SECONDS, self._expire, owner)
        self._leases[owner] = _Lease(stated, expiry)
        if before is None or before.services != stated:
            self._changed()
        return {one.workload: self._report(one) for overlays in stated.values() for one in overlays}

    def release(self, owner: int) -> None:
        """End the lease of *owner*; idempotent."""
        lease = self._leases.pop(owner, None)
        if lease is not None:
            lease.expiry.cancel()
            self._changed()

    def owners(self) -> dict[str, int]:
        """Return the process whose code runs, by service with an overlay."""
        return {
            name: owner
            for owner, lease in self._leases.items()
            for name, overlays in lease.services.items()
            if overlays
        }

    def report(self, workload: str, report: Report) -> None:
        """Keep the state of a workload's overlay."""
        self._reports[workload] = report

    def log(self, kind: str, workload: str, text: str) -> None:
        """Add a line to the log of a workload."""
        if kind in self._runtimes:
            self._runtimes[kind].log(workload, text)

    def _expire(self, owner: int) -> None:
        _LOG.info("the lease of process %d has expired", owner)
        self.release(owner)

    def _report(self, overlay: Overlay) -> Report:
        found = self._reports.get(overlay.workload)
        if found is None or found.version != overlay.version:
            return Report(overlay.version, State.STARTING)
        return found

    def _changed(self) -> None:
        for kind in self._runtimes:
            self._lay_over(kind)
        wanted = {one.workload for one in self._wanted()}
        for workload in self._reports.keys() - wanted:
            del self._reports[workload]

    def _lay_over(self, kind: str) -> None:
        wanted = {one.workload: one for one in self._wanted() if one.kind == kind}
        self._runtimes[kind].lay_over(wanted)

    def _wanted(self) -> list[Overlay]:
        return [
            one
            for lease in self._leases.values()
            for overlays in lease.services.values()
            for one in overlays
        ]
