"""Sends the output of functions to CloudWatch Logs, and appends it to one file per function."""

from __future__ import annotations

import contextlib
import time
from typing import IO, TYPE_CHECKING

from localcloud.runtime.functions.log_levels import of_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.layout import Layout
    from localcloud.runtime.functions.log_levels import Level
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

    def __init__(
        self,
        sender: LogSender,
        files: LogFiles,
        function: str,
        stream: Stream,
        least: Level | None = None,
    ) -> None:
        """Write lines of *function* to *stream* and to its file, its own from the level *least*."""
        self._least = least
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

    def write_all(self, lines: Iterable[str]) -> None:
        """Add an event for each of *lines*."""
        for line in lines:
            self.write(line)

    def write_own(
        self, text: str, milliseconds: int | None = None, level: Level | None = None
    ) -> None:
        """Add an event of the function's code, unless its level is filtered out."""
        if self._least is not None:
            found = level or of_line(text)
            if found is not None and found < self._least:
                return
        self.write(text, milliseconds)

    def take_tail(self) -> bytes:
        """Return the last bytes logged since the last call."""
        tail = bytes(self.tail[-TAIL_BYTES:])
        self.tail.clear()
        return tail
