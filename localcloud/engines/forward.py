"""Forwards TCP connections to the port that a server's desired state names.

Run as a script, so that it starts without the packages of the local cloud:
`forward.py PORT DESIRED_JSON`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path

HOST = "127.0.0.1"
CHUNK_BYTES = 65_536
RETRY_SECONDS = 0.05
BORROW_SECONDS = 120
"""RDS Proxy's default of ConnectionBorrowTimeout."""


class Forwarder:
    """Forwards each connection to the target that is set when it is opened."""

    def __init__(self, state: Path) -> None:
        """Read the target from *state*."""
        self._state = state

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection in both directions until either side closes it."""
        try:
            target = await self._connect(reader)
            if target is not None:
                await asyncio.gather(_copy(reader, target[1]), _copy(target[0], writer))
        finally:
            writer.close()

    async def _connect(
        self, client: asyncio.StreamReader
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Connect to the target; like RDS Proxy, wait while it does not accept connections."""
        started = time.monotonic()
        while not client.at_eof():
            settings = json.loads(self._state.read_text())["settings"]
            with contextlib.suppress(OSError):
                if port := settings.get("target_port"):
                    return await asyncio.open_connection(HOST, port)
            if time.monotonic() - started > settings.get("borrow_seconds", BORROW_SECONDS):
                break
            await asyncio.sleep(RETRY_SECONDS)
        return None


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    writer.close()


async def main(port: int, state: Path) -> None:
    """Forward connections to *port* until the process ends."""
    server = await asyncio.start_server(Forwarder(state).serve, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
