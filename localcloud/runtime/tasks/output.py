"""Output of containers: written to a file, sent to CloudWatch Logs, its last lines kept."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from localcloud.log_lines import is_routine
from localcloud.runtime.log_sender import MAX_EVENT_BYTES

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from localcloud.runtime.log_sender import LogSender, Stream

TAIL_LINES = 20


class Output:
    """The output of one container."""

    def __init__(self, path: Path, sender: LogSender, stream: Stream | None) -> None:
        """Write lines to *path* and, if there is one, to a log *stream*."""
        self._path = path
        self._sender = sender
        self._stream = stream
        self._last: deque[str] = deque(maxlen=TAIL_LINES)
        self._notable: deque[str] = deque(maxlen=TAIL_LINES)

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Read lines until the end of *reader*."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", buffering=1) as file:
            while True:
                try:
                    raw = await reader.readline()
                except ValueError:  # a line above the reader's limit is dropped
                    continue
                if not raw:
                    return
                text = raw[:MAX_EVENT_BYTES].decode(errors="replace").rstrip("\r\n")
                file.write(f"{text}\n")
                self.add(text)

    def note(self, text: str) -> None:
        """Write one line that is not the container's."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(f"{text}\n")
        if self._stream is not None:
            self._sender.add(self._stream, text)

    def add(self, text: str) -> None:
        """Write one line."""
        self._last.append(text)
        if not is_routine(text):
            self._notable.append(text)
        if self._stream is not None:
            self._sender.add(self._stream, text)

    @property
    def tail(self) -> list[str]:
        """The last lines without routine ones; the last lines if all are routine."""
        return list(self._notable or self._last)
