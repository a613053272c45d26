"""The servers of the local cloud: created here, run by the supervisor.

`create` writes `desired.json`; `delete` renames the folder. The supervisor, the parent process of
the servers, reconciles: it starts and restarts servers and removes deleted folders. A server whose
engine is missing has a desired state and a port, too: it starts once the engine is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from localcloud import ports, stopped
from localcloud.engines import desired, missing
from localcloud.engines.catalog import ENGINES
from localcloud.engines.engine import Server, ServerError
from localcloud.engines.lasting_thread import LastingThread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.engines.engine import Engine
    from localcloud.engines.statistics import Statistics
    from localcloud.layout import Layout

START_SECONDS = 30.0
PROBE_SECONDS = 0.05
_starter = LastingThread()
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Endpoint:
    """Host and port of a server."""

    host: str
    port: int


class Servers:
    """The servers of a local environment."""

    def __init__(self, layout: Layout, *, start_here: bool = False) -> None:
        """Manage the servers of *layout*; with *start_here* this process runs them."""
        self._layout = layout
        self._start_here = start_here
        self._own: dict[tuple[str, str], subprocess.Popen[bytes]] = {}

    def create(
        self, engine_name: str, identifier: str, settings: Mapping[str, Any], *, service: str = ""
    ) -> Endpoint:
        """Create or change a server and wait until it is ready; idempotent.

        Does not wait if the engine is missing or the server is stopped. Raises ServerError.
        """
        if not IDENTIFIER.fullmatch(identifier):
            raise ServerError(f"'{identifier}' cannot be the name of a folder: begin with a letter")
        engine = ENGINES[engine_name]
        port = ports.claim(self._layout, engine.process_name(identifier))
        home = desired.folder(self._layout, engine_name) / identifier
        server = Server(engine_name, identifier, port, home, settings, service)
        program = engine.find()
        if program is not None:
            engine.prepare(program, server)
        if desired.read(home) != server:
            desired.write(self._layout, server)
        missing.refresh(self._layout)
        if program is not None and not is_stopped(stopped.read(self._layout), server):
            if self._start_here:
                self._start(engine, program, server)
            self._wait(engine, server)
            engine.apply(server)
        return Endpoint(ports.HOST, port)

    def delete(self, engine_name: str, identifier: str) -> None:
        """Delete the server and its data, if it exists."""
        home = desired.folder(self._layout, engine_name) / identifier
        if not home.exists():
            return
        engine = ENGINES[engine_name]
        if process := self._own.pop((engine_name, identifier), None):
            _stop(engine, process)
        removed = desired.delete(self._layout, home)
        if self._start_here:
            shutil.rmtree(removed)
        ports.release(self._layout, engine.process_name(identifier))
        missing.refresh(self._layout)

    def get(self, engine_name: str, identifier: str) -> Server:
        """Return the desired state of a server. Raises ServerError."""
        found = desired.read(desired.folder(self._layout, engine_name) / identifier)
        if found is None:
            raise ServerError(f"the {engine_name} server '{identifier}' does not exist")
        return found

    def endpoint(self, engine_name: str, identifier: str) -> Endpoint:
        """Return host and port of a server. Raises ServerError."""
        return Endpoint(ports.HOST, self.get(engine_name, identifier).port)

    def statistics(self, engine_name: str, identifier: str) -> Statistics:
        """Return what a server reports about itself. Raises ServerError if it does not run."""
        server = self.get(engine_name, identifier)
        read = ENGINES[engine_name].statistics
        if read is None:
            raise ServerError(f"servers of {engine_name} report nothing about themselves")
        try:
            return read(server)
        except OSError as error:
            raise ServerError(f"the {engine_name} server '{identifier}': {error}") from error

    def list(self, engine_name: str) -> list[str]:
        """Return the identifiers of all servers of an engine."""
        return [
            one.identifier for one in desired.servers(self._layout) if one.engine == engine_name
        ]

    def stop(self) -> None:
        """Stop the servers that this process has started."""
        for (engine_name, _), process in self._own.items():
            _stop(ENGINES[engine_name], process)
        self._own.clear()

    def _start(self, engine: Engine, program: Path, server: Server) -> None:
        key = (server.engine, server.identifier)
        if key in self._own and self._own[key].poll() is None:
            return
        log = log_of(self._layout, server)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            start = partial(
                subprocess.Popen, engine.command(program, server), stdout=output, stderr=output
            )
            self._own[key] = _starter.call(start)

    def _wait(self, engine: Engine, server: Server) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not engine.ready(server):
            if time.monotonic() > deadline:
                raise ServerError(
                    f"the {server.engine} server '{server.identifier}' does not answer on port"
                    f" {server.port} after {START_SECONDS:.0f} s; its log is"
                    f" {log_of(self._layout, server)}"
                )
            time.sleep(PROBE_SECONDS)


def is_stopped(found: stopped.Stopped, server: Server) -> bool:
    """Return whether *server* does not run because `bulkhead up --only` stopped its service.

    Databases are listed by identifier: they run until the deployment has ended.
    """
    if ENGINES[server.engine].process == "database":
        return server.identifier in found.databases
    return server.service in found.services


def log_of(layout: Layout, server: Server) -> Path:
    """Return the path of the log of *server*."""
    return layout.logs / f"{ENGINES[server.engine].process_name(server.identifier)}.log"


def _stop(engine: Engine, process: subprocess.Popen[bytes]) -> None:
    process.send_signal(engine.stop_signal)
    process.wait()
