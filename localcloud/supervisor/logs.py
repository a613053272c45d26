"""Keeps the logs small: one that has grown is begun anew, and its last part is kept beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_LOG_BYTES = 10_000_000


def truncate_logs(folder: Path) -> None:
    """Empty each log in *folder* that has grown large; `<name>.log.1` gets what it ended with.

    Whoever writes to it appends, and so goes on at its new beginning. What is written between the
    copy and the cut is lost.
    """
    for log in folder.glob("*.log"):
        with suppress(OSError):  # it is gone, or the disk is full: the next time, then
            if log.stat().st_size > MAX_LOG_BYTES:
                with log.open("rb") as lines:
                    lines.seek(-MAX_LOG_BYTES, os.SEEK_END)
                    log.with_suffix(".log.1").write_bytes(lines.read(MAX_LOG_BYTES))
                os.truncate(log, 0)
