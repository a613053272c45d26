"""A provider of its own in plan mode: `python -m localcloud.provider --plan`.

It prints its port, and that of the providers beside `aws`, on the first line; it ends when its
stdin does, or on SIGTERM.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.aws.environment import prepare
from localcloud.engine.protocol import without_sdk
from localcloud.layout import Layout
from localcloud.ports import HOST
from localcloud.provider.cloud import Cloud
from localcloud.stop_signals import on_stop_signal

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> int:
    """Serve until the parent is gone."""
    parser = argparse.ArgumentParser(prog="python -m localcloud.provider", description=__doc__)
    parser.add_argument("--plan", action="store_true", required=True, help="answer previews only")
    parser.add_argument("--port", type=int, default=0, help="the port; a free one by default")
    parser.add_argument(
        "--project", type=Path, default=Path.cwd(), help="what relative paths are relative to"
    )
    arguments = parser.parse_args()
    ended = threading.Event()
    on_stop_signal(ended.set)
    prepare(0)
    without_sdk()
    serve(arguments.port, arguments.project.resolve(), ended)
    return 0


class OnDemand(Cloud):
    """An emulated AWS in this process, started by the first call.

    Only functions such as `getAvailabilityZones` make one: most previews do not pay for moto.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        super().__init__("")
        self._starting = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def client(self, service: str, region: str) -> Any:
        """Return the client of *service* in *region*; start the emulated AWS if need be."""
        with self._starting:
            if self._stop is None:
                self._stop = self._start()
        return super().client(service, region)

    def stop(self) -> None:
        """Stop what was started."""
        if self._stop is not None:
            self._stop()

    def _start(self) -> Callable[[], None]:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415 - most runs do without it

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        aws = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
        aws.start()
        host, port = aws.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        return aws.stop


def serve(port: int, project: Path, ended: threading.Event) -> None:
    """Serve plans until *ended* is set."""
    from localcloud.provider.server import ProviderSettings, start  # noqa: PLC0415 - as prepared
    from localcloud.provider.utilities import server as utilities  # noqa: PLC0415

    settings = ProviderSettings(
        layout=Layout.current(), port=port, mode="plan", project_directory=project
    )
    cloud = OnDemand()
    server, listening = start(settings, cloud)
    beside, beside_listening = utilities.start(0)
    print(listening, beside_listening, flush=True)  # noqa: T201 - the parent reads it
    threading.Thread(target=_watch_stdin, args=(ended,), daemon=True).start()
    ended.wait()
    for stopped in (server.stop(grace=None), beside.stop(grace=None)):
        stopped.wait()
    cloud.stop()


def _watch_stdin(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
