"""Reads the output of a function's process: lines, and the log frames of the runtime client."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import struct
import termios
from typing import TYPE_CHECKING

from localcloud.runtime.functions.log_levels import of_frame

if TYPE_CHECKING:
    from localcloud.runtime.functions.logs import EnvironmentLog

READ_BYTES = 8_192
"""Bytes per read: a process that prints endlessly must not block the event loop."""
MAX_EVENT_BYTES = 262_144
"""The largest event that CloudWatch Logs accepts, in bytes."""
FRAME_HEAD = struct.Struct(">IIQ")
"""A type, the length of the message and its time in microseconds."""
COUNT = struct.Struct("i")
"""The result of FIONREAD: the number of readable bytes."""


class Pipe:
    """One pipe from the process: its output, or the log frames of the runtime client."""

    def __init__(self, log: EnvironmentLog, *, framed: bool) -> None:
        """Create the pipe; the process inherits `write_end`."""
        self._log = log
        self._buffer = bytearray()
        self._take = self._take_frames if framed else self._take_lines
        self._read_end, self.write_end = os.pipe()
        self._open = True
        os.set_blocking(self._read_end, False)

    def start(self) -> None:
        """Start reading; call it after the process has inherited the write end."""
        os.close(self.write_end)
        asyncio.get_running_loop().add_reader(self._read_end, self._read, READ_BYTES)

    def drain(self) -> None:
        """Log what is readable now."""
        if self._open:
            answer = fcntl.ioctl(self._read_end, termios.FIONREAD, bytes(COUNT.size))
            if waiting := COUNT.unpack(answer)[0]:
                self._read(waiting)

    def close(self) -> None:
        """Log the rest and stop reading."""
        if not self._open:
            return
        self._open = False
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().remove_reader(self._read_end)
        os.close(self._read_end)
        if self._buffer and self._take == self._take_lines:
            self._log.write_own(self._buffer.decode(errors="replace"))
        self._buffer.clear()

    def _read(self, most: int) -> None:
        try:
            data = os.read(self._read_end, most)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._buffer += data
            self._take()
        else:
            self.close()

    def _take_lines(self) -> None:
        *lines, rest = self._buffer.split(b"\n")
        for line in lines:
            self._log.write_own(line.decode(errors="replace"))
        if len(rest) >= MAX_EVENT_BYTES:
            self._log.write_own(rest.decode(errors="replace"))
            rest = bytearray()
        self._buffer = bytearray(rest)

    def _take_frames(self) -> None:
        while len(self._buffer) >= FRAME_HEAD.size:
            kind, length, microseconds = FRAME_HEAD.unpack_from(self._buffer)
            end = FRAME_HEAD.size + length
            if len(self._buffer) < end:
                return
            message = self._buffer[FRAME_HEAD.size : end].decode(errors="replace")
            self._log.write_own(message, microseconds // 1000, of_frame(kind))
            del self._buffer[:end]
