"""Sends the output of functions to CloudWatch Logs, and appends it to one file per function."""

from __future__ import annotations

import contextlib
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.layout import Layout
    from localcloud.runtime.log_sender import LogSender, Stream

FLUSH_SECONDS = 0.3
TAIL_BYTES = 4_096
"""Bytes of the log that Invoke returns with `LogType=Tail`."""


class LogFiles:
    """One log file per function."""

    def __init__(self, layout: Layout) -> None:
        """Write to the layout's log folder."""
        self._folder = layout.logs
        self._open: dict[str, IO[str]] = {}

    def write(self, name: str, text: str) -> None:
        """Add one line to the file of the function *name*."""
        if name not in self._open:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{name}.log"
            self._open[name] = path.open("a", buffering=1, encoding="utf-8")
        self._open[name].write(text + "\n")

    def close(self) -> None:
        """Close all files."""
        for file in self._open.values():
            with contextlib.suppress(OSError):
                file.close()
        self._open.clear()


class EnvironmentLog:
    """The log stream of one execution environment."""

    def __init__(self, sender: LogSender, files: LogFiles, function: str, stream: Stream) -> None:
        """Write lines of *function* to *stream* and to its file."""
        self._sender = sender
        self._files = files
        self._function = function
        self.stream = stream
        self.tail = bytearray()

    def write(self, text: str, milliseconds: int | None = None) -> None:
        """Add one event."""
        text = text.rstrip("\r\n").replace("\r", "\n")
        self._sender.add(self.stream, text, milliseconds or int(time.time() * 1000))
        self._files.write(self._function, text)
        self.tail += text.encode() + b"\n"
        if len(self.tail) > 2 * TAIL_BYTES:
            del self.tail[:-TAIL_BYTES]

    def take_tail(self) -> bytes:
        """Return the last bytes logged since the last call."""
        tail = bytes(self.tail[-TAIL_BYTES:])
        self.tail.clear()
        return tail
