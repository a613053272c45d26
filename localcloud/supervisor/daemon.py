"""The daemon: holds the lock and runs the children and the servers until SIGTERM.

It writes its state to `run/supervisor.json` and reads the `desired.json` of each server.
It opens no port.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

import aiohttp
import psutil

from localcloud import ports
from localcloud.supervisor.child import SUPERVISED
from localcloud.supervisor.children import CHILDREN
from localcloud.supervisor.code import digest
from localcloud.supervisor.logs import truncate_logs
from localcloud.supervisor.process import ProcessSpec, SupervisedProcess
from localcloud.supervisor.servers import ServerProcesses

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout
    from localcloud.supervisor.process import Probe

_LOG = logging.getLogger(__name__)

WATCH_SECONDS = 0.25
TRUNCATE_SECONDS = 5.0
OK = 200


class Daemon:
    """The processes of one local environment."""

    def __init__(self, layout: Layout) -> None:
        """Supervise the processes of *layout*."""
        self._layout = layout
        self._code = digest()
        self._children: list[SupervisedProcess] = []
        self._servers = ServerProcesses(layout, self._publish)

    async def run(self) -> None:
        """Start all processes, and stop them in reverse order on SIGTERM or SIGINT."""
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        async with aiohttp.ClientSession() as http:
            await self._servers.follow()
            for name, (module, port_name, path) in CHILDREN.items():
                port = ports.claim(self._layout, port_name)
                probe = _http_probe(http, f"http://{ports.HOST}:{port}{path}")
                self._children.append(
                    SupervisedProcess(self._child(name, module, probe), self._publish)
                )
            next_truncation = 0.0
            while not stopping.is_set():
                if loop.time() >= next_truncation:
                    truncate_logs(self._layout.logs)
                    next_truncation = loop.time() + TRUNCATE_SECONDS
                await self._servers.follow()
                try:
                    await asyncio.wait_for(stopping.wait(), WATCH_SECONDS)
                except TimeoutError:
                    continue
            for child in reversed(self._children):
                await child.stop()
            await self._servers.stop()
        self._status_file.unlink(missing_ok=True)

    def _child(self, name: str, module: str, probe: Probe) -> ProcessSpec:
        environment = {
            key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
        }
        environment |= {
            "BULKHEAD_HOME": str(self._layout.home),
            SUPERVISED: "1",
            "PYTHONUNBUFFERED": "1",
        }
        return ProcessSpec(
            name,
            [sys.executable, "-m", module],
            environment,
            self._layout.logs / f"{name}.log",
            probe,
        )

    def _publish(self) -> None:
        """Write the state of all processes; start times distinguish a process from a reused id."""
        everything = [*self._children, *self._servers.processes()]
        status = {
            "pid": os.getpid(),
            "started": psutil.Process().create_time(),
            "code": self._code,
            "processes": [
                {
                    "name": one.spec.name,
                    "state": str(one.state),
                    "pid": one.pid,
                    "started": _start_time(one.pid),
                    "restarts": one.restarts,
                    "log": str(one.spec.log),
                }
                for one in everything
            ],
        }
        temporary = self._status_file.with_suffix(".tmp")
        try:
            temporary.write_text(json.dumps(status, indent=2) + "\n")
            temporary.replace(self._status_file)
        except OSError:  # a full disk must not stop the processes
            _LOG.exception("the state of the processes could not be written")

    @property
    def _status_file(self) -> Path:
        return self._layout.run / "supervisor.json"


def _start_time(pid: int | None) -> float | None:
    if pid is None:
        return None
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None


def _http_probe(http: aiohttp.ClientSession, url: str) -> Probe:
    async def probe() -> bool | None:
        try:
            async with http.get(url) as answer:
                return answer.status == OK
        except (aiohttp.ClientError, TimeoutError):
            return None

    return probe
