"""Log rotation by copy and truncate."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_LOG_BYTES = 10_000_000


def truncate_logs(folder: Path) -> None:
    """Copy the end of each log above MAX_LOG_BYTES to `<name>.log.1`, and truncate the log.

    Writers append, so they continue at the new beginning. Lines written between the copy and the
    truncation are lost.
    """
    for log in folder.glob("*.log"):
        with suppress(OSError):  # deleted, or the disk is full: retried at the next call
            if log.stat().st_size > MAX_LOG_BYTES:
                with log.open("rb") as lines:
                    lines.seek(-MAX_LOG_BYTES, os.SEEK_END)
                    log.with_suffix(".log.1").write_bytes(lines.read(MAX_LOG_BYTES))
                os.truncate(log, 0)
