"""The file of metrics, logs and traces."""

from __future__ import annotations

import asyncio
import sqlite3

from localcloud.telemetry.database import Database


def test_changes_are_committed_together(tmp_path):
    async def run():
        database = Database(tmp_path / "t.db")
        database.script("create table if not exists t (a)")
        database.connection.execute("insert into t values (1)")
        database.changed()
        other = sqlite3.connect(tmp_path / "t.db")
        before = other.execute("select count(*) from t").fetchone()
        database.flush()
        after = other.execute("select count(*) from t").fetchone()
        database.close()
        return before, after

    assert asyncio.run(run()) == ((0,), (1,))


def test_a_broken_file_is_set_aside(tmp_path):
    path = tmp_path / "t.db"
    path.write_bytes(b"not a database, but long enough to be read as one" * 100)

    database = Database(path)
    database.script("create table t (a)")
    database.close()

    assert database.set_aside is not None
    assert database.set_aside.read_bytes().startswith(b"not a database")
    assert Database(path).set_aside is None
