"""A real control process with a home of its own, for tests."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from localcloud.account import REGION
from localcloud.clients import client_at
from localcloud.layout import Layout
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from pathlib import Path

START_SECONDS = STOP_SECONDS = 30


class ControlProcess:
    """The process, and ways to talk to it."""

    def __init__(self, home: Path) -> None:
        self.layout = Layout(home)
        self.port = claim(self.layout, "aws")
        self.process: subprocess.Popen[bytes] | None = None
        self._clients: dict[tuple[str, str], Any] = {}

    def start(self) -> None:
        environment = {**os.environ, "BULKHEAD_HOME": str(self.layout.home)}
        environment.pop("BULKHEAD_SUPERVISED", None)
        log = self.layout.home / "control.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localcloud.control"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.request("GET", "health")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        self.kill()
        raise RuntimeError(log.read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)  # it logs where its threads are
            self.process.wait()
            raise RuntimeError((self.layout.home / "control.log").read_text()) from None

    def restart_after_kill(self) -> None:
        self.kill()
        self.start()

    def client(self, service: str, region: str = REGION) -> Any:
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = client_at(f"http://{HOST}:{self.port}", service, region)
        return self._clients[key]

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            raw = None if body is None else json.dumps(body)
            connection.request(method, f"/_bulkhead/{path}", raw)
            response = connection.getresponse()
            found = response.read()
            if "json" in (response.getheader("Content-Type") or ""):
                return response.status, json.loads(found)
            return response.status, found
        finally:
            connection.close()
