"""A provider of its own in plan mode: `python -m localcloud.provider --plan`.

It prints its port on the first line and ends when its stdin does, or on SIGTERM.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from localcloud.aws.environment import prepare
from localcloud.layout import Layout
from localcloud.ports import HOST


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
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    prepare(0)
    serve(arguments.port, arguments.project.resolve(), ended)
    return 0


def serve(port: int, project: Path, ended: threading.Event) -> None:
    """Serve plans, with an emulated AWS in this process for functions that ask for zones."""
    # These read the environment when they are imported.
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    from localcloud.provider.server import ProviderSettings, start  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    aws = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    aws.start()
    host, aws_port = aws.get_host_and_port()
    settings = ProviderSettings(
        layout=Layout.current(),
        port=port,
        mode="plan",
        endpoint=f"http://{host}:{aws_port}",
        project_directory=project,
    )
    server, listening = start(settings)
    print(listening, flush=True)  # noqa: T201 - the parent reads it
    threading.Thread(target=_watch_stdin, args=(ended,), daemon=True).start()
    ended.wait()
    server.stop(grace=None).wait()
    aws.stop()


def _watch_stdin(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
