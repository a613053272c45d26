"""The daemon: holds the lock and runs the three children and the databases until SIGTERM.

It writes its state to `run/supervisor.json` and reads the `desired.json` of each database cluster.
It opens no port.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import aiohttp
import psutil

from localcloud import ports
from localcloud.runtime.databases import clusters, server
from localcloud.stopped import StoppedServices
from localcloud.supervisor.child import SUPERVISED
from localcloud.supervisor.children import CHILDREN
from localcloud.supervisor.logs import truncate_logs
from localcloud.supervisor.process import ProcessSpec, SupervisedProcess

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout
    from localcloud.supervisor.process import Probe

_LOG = logging.getLogger(__name__)

WATCH_SECONDS = 0.25
OK = 200


class Daemon:
    """The processes of one local environment."""

    def __init__(self, layout: Layout) -> None:
        """Supervise the processes of *layout*."""
        self._layout = layout
        self._stopped = StoppedServices(layout)
        self._children: list[SupervisedProcess] = []
        self._databases: dict[clusters.Desired, SupervisedProcess] = {}
        self._undeleted: set[Path] = set()

    async def run(self) -> None:
        """Start all processes, and stop them in reverse order on SIGTERM or SIGINT."""
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        async with aiohttp.ClientSession() as http:
            await self._follow_databases()
            for name, (module, port_name, path) in CHILDREN.items():
                port = ports.claim(self._layout, port_name)
                probe = _http_probe(http, f"http://{ports.HOST}:{port}{path}")
                self._children.append(
                    SupervisedProcess(self._child(name, module, probe), self._publish)
                )
            while not stopping.is_set():
                truncate_logs(self._layout.logs)
                await self._follow_databases()
                try:
                    await asyncio.wait_for(stopping.wait(), WATCH_SECONDS)
                except TimeoutError:
                    continue
            for child in [*reversed(self._children), *self._databases.values()]:
                await child.stop()
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

    async def _follow_databases(self) -> None:
        """Start the desired clusters, stop the others, and remove the deleted ones."""
        removed = clusters.deleted(self._layout)  # first, so that none of them is desired below
        stopped = self._stopped().databases
        wanted = [
            one for one in clusters.all_desired(self._layout) if one.identifier not in stopped
        ]
        for desired in [one for one in self._databases if one not in wanted]:
            await self._databases.pop(desired).stop()
            self._publish()
        for home in removed:
            try:
                shutil.rmtree(home)
            except OSError as error:
                if home not in self._undeleted:
                    _LOG.error(
                        "the folder of the deleted database %s is still there: %s", home, error
                    )
                self._undeleted.add(home)
        for desired in wanted:
            if desired not in self._databases:
                self._databases[desired] = SupervisedProcess(self._database(desired), self._publish)

    def _database(self, desired: clusters.Desired) -> ProcessSpec:
        name = f"database-{desired.identifier}"
        data = self._layout.databases / desired.identifier / "data"
        return ProcessSpec(
            name,
            server.serve_command(data, desired.port),
            dict(os.environ),
            self._layout.logs / f"{name}.log",
            _port_probe(desired.port),
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown: does not wait for clients
        )

    def _publish(self) -> None:
        """Write the state of all processes; start times distinguish a process from a reused id."""
        everything = [*self._children, *self._databases.values()]
        status = {
            "pid": os.getpid(),
            "started": psutil.Process().create_time(),
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


def _port_probe(port: int) -> Probe:
    async def probe() -> bool | None:
        try:
            _, writer = await asyncio.open_connection(ports.HOST, port)
        except OSError:
            return None
        writer.close()
        return True

    return probe
