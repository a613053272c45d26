"""The SQLite file of a store: its tables, and how it is opened."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BUSY_SECONDS = 5.0
"""How long to wait for another process."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS stacks (
  id INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL,
  version INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE (project, name)
);
CREATE TABLE IF NOT EXISTS updates (
  id TEXT PRIMARY KEY, stack INTEGER NOT NULL REFERENCES stacks ON DELETE CASCADE,
  kind TEXT NOT NULL, preview INTEGER NOT NULL, program TEXT NOT NULL, token TEXT,
  pid INTEGER, process_started REAL, started REAL, ended REAL, version INTEGER, result TEXT,
  changes TEXT NOT NULL DEFAULT '{}', recovered TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS journal (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  update_id TEXT NOT NULL REFERENCES updates ON DELETE CASCADE, body BLOB NOT NULL
);
"""


def connect(file: Path) -> sqlite3.Connection:
    """Open *file* for several threads; create it if it does not exist."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        file, check_same_thread=False, isolation_level=None, timeout=BUSY_SECONDS
    )
    connection.row_factory = sqlite3.Row
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(_SCHEMA)
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Change the journal mode; SQLite does not wait for another process that does so, too."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
