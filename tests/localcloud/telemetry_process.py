"""A real telemetry process beside a control process, for tests."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout

START_SECONDS = STOP_SECONDS = 30


class TelemetryProcess:
    """The process of the environment of *layout*."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.port = claim(layout, "telemetry")
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        environment = {**os.environ, "BULKHEAD_HOME": str(self.layout.home)}
        environment.pop("BULKHEAD_SUPERVISED", None)
        log = self.layout.home / "telemetry.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localcloud.telemetry"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._is_ready():
                return
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
        return self.process.wait(timeout=STOP_SECONDS)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()
