"""The processes of the servers: started, restarted and stopped as their desired states say."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from typing import TYPE_CHECKING

from localcloud.engines import desired, missing
from localcloud.engines.catalog import ENGINES
from localcloud.engines.servers import is_stopped, log_of
from localcloud.stopped import StoppedServices
from localcloud.supervisor.process import ProcessSpec, SupervisedProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localcloud.engines.engine import Server
    from localcloud.layout import Layout

_LOG = logging.getLogger(__name__)


class ServerProcesses:
    """The processes of the servers of a local environment."""

    def __init__(self, layout: Layout, changed: Callable[[], None]) -> None:
        """Run the servers of *layout*; call *changed* at each change of a process's state."""
        self._layout = layout
        self._changed = changed
        self._stopped = StoppedServices(layout)
        self._running: dict[str, SupervisedProcess] = {}
        self._missing: set[str] = set()
        self._undeleted: set[Path] = set()
        self._seen: object = None

    def processes(self) -> list[SupervisedProcess]:
        """Return all processes."""
        return list(self._running.values())

    async def follow(self) -> None:
        """Reconcile the processes if a desired state, an engine or a stopped service has changed.

        Without a change this reads two files' metadata, however many servers there are.
        """
        installed = [ENGINES[name].find() for name in sorted(self._missing)]
        seen = (desired.version(self._layout), self._stopped(), installed)
        if seen != self._seen or self._undeleted:
            await self._reconcile()
            installed = [ENGINES[name].find() for name in sorted(self._missing)]
            self._seen = (*seen[:2], installed)

    async def stop(self) -> None:
        """Stop all processes."""
        for name in list(self._running):
            await self._running.pop(name).stop()

    async def _reconcile(self) -> None:
        removed = desired.deleted(self._layout)  # first, so that none of them is desired below
        servers = [
            one for one in desired.servers(self._layout) if not is_stopped(self._stopped(), one)
        ]
        programs = {name: ENGINES[name].find() for name in {one.engine for one in servers}}
        self._missing = {name for name, program in programs.items() if program is None}
        wanted = {
            spec.name: spec
            for one in servers
            if (program := programs[one.engine]) is not None
            for spec in (self._spec(program, one),)
        }
        for name in [name for name, one in self._running.items() if not _same(one, wanted)]:
            await self._running.pop(name).stop()
            self._changed()
        for home in removed:
            self._remove(home)
        for name, spec in wanted.items():
            if name not in self._running:
                self._running[name] = SupervisedProcess(spec, self._changed)
        missing.refresh(self._layout)

    def _remove(self, home: Path) -> None:
        try:
            shutil.rmtree(home)
        except OSError as error:
            if home not in self._undeleted:
                _LOG.error("the folder of the deleted server %s is still there: %s", home, error)
            self._undeleted.add(home)
        else:
            self._undeleted.discard(home)

    def _spec(self, program: Path, server: Server) -> ProcessSpec:
        engine = ENGINES[server.engine]

        async def probe() -> bool | None:
            return await asyncio.to_thread(engine.ready, server) or None

        return ProcessSpec(
            engine.process_name(server.identifier),
            engine.command(program, server),
            dict(os.environ),
            log_of(self._layout, server),
            probe,
            stop_signal=engine.stop_signal,
            prepare=lambda: engine.prepare(program, server),
            probed_when_ready=False,
        )


def _same(running: SupervisedProcess, wanted: dict[str, ProcessSpec]) -> bool:
    """Return whether *running* has the command that is wanted; settings may have been applied."""
    spec = wanted.get(running.spec.name)
    return spec is not None and spec.command == running.spec.command
