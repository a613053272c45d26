"""The SQLite file of metrics, logs, traces and alarms.

Only the event loop's thread uses it: statements are short, and what scans much runs in a child
that opens the file read-only. Writes are committed together within half a second, so that a kill
loses at most that; senders that must not lose anything wait for `flush`.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LOG = logging.getLogger(__name__)

COMMIT_SECONDS = 0.5
PRAGMAS = """
pragma journal_mode = wal;
pragma synchronous = normal;
pragma journal_size_limit = 16777216;
pragma cache_size = -8192;
pragma foreign_keys = on;
"""


class Database:
    """A connection whose changes are committed together."""

    def __init__(self, path: Path) -> None:
        """Open the file at *path*; a broken one is set aside, and a new one is begun."""
        self.path = path
        self.set_aside: Path | None = None
        """Where a broken file was moved; None if the file was sound."""
        self._timer: asyncio.TimerHandle | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.connection = _open(path)
        except sqlite3.DatabaseError as error:
            self.set_aside = path.with_name(f"{path.name}.broken-{int(time.time())}")
            _LOG.error("%s cannot be read (%s): moved to %s", path, error, self.set_aside.name)
            for suffix in ("", "-wal", "-shm"):
                part = path.with_name(path.name + suffix)
                if part.exists():
                    part.rename(self.set_aside.with_name(self.set_aside.name + suffix))
            self.connection = _open(path)

    def script(self, schema: str) -> None:
        """Create an area's tables, `if not exists`."""
        self.connection.executescript(schema)

    def changed(self) -> None:
        """Commit what was written within COMMIT_SECONDS."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(COMMIT_SECONDS, self.flush)

    def flush(self) -> None:
        """Commit what was written."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.connection.commit()

    @property
    def size_bytes(self) -> int:
        """Bytes in use: deleted rows free their pages for new ones, the file stays."""
        one = self.connection.execute
        [pages], [free] = (
            one("pragma page_count").fetchone(),
            one("pragma freelist_count").fetchone(),
        )
        [page_bytes] = one("pragma page_size").fetchone()
        return (pages - free) * page_bytes

    def close(self) -> None:
        """Commit, and close the file."""
        self.flush()
        self.connection.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(PRAGMAS)
        _check(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    problem = connection.execute("pragma quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise sqlite3.DatabaseError(problem)
