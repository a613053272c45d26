"""Runs a service's SQL migrations: `python -m kit.migrations <store>`.

They run once per deployment, before new tasks start and while tasks of the previous version serve.
So a migration must be compatible with that version: add first, remove in a later deployment.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString, cast

import psycopg

from kit import database, log, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("migrate")

SERVICE = Path(__file__).resolve().parent.parent
FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
LOCK = 7_206_514_001  # key of an advisory lock, used for nothing else
SETTINGS = "SET lock_timeout = '60s'"  # for a concurrent run
OPEN_WITHIN_SECONDS = 120.0  # a new cluster's first password is written within this time
TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(RuntimeError):
    """Raised when a migration fails; its transaction is rolled back."""


@dataclass(frozen=True)
class Migration:
    """A numbered SQL file."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, which detects changes after it ran."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read(folder: Path) -> list[Migration]:
    """Return the migrations in *folder*, sorted by number; raises MigrationError."""
    found: dict[int, Migration] = {}
    for file in sorted(folder.glob("*.sql")):
        match = FILE.fullmatch(file.name)
        if match is None:
            raise MigrationError(f"{file}: name it as '0002_add_status.sql'")
        migration = Migration(int(match[1]), file.name, file.read_text())
        if earlier := found.get(migration.number):
            raise MigrationError(f"{file}: {earlier.name} has the same number; give it the next")
        found[migration.number] = migration
    if not found:
        want = "write the folder that has them as migrations.directory in service.yaml"
        raise MigrationError(f"{folder} has no migrations: {want}")
    return list(found.values())


async def migrate(connection: database.Connection, migrations: Sequence[Migration]) -> list[str]:
    """Run the pending migrations and return their file names; raises MigrationError.

    Each file is one transaction. A lock serializes concurrent runs.
    """
    await connection.execute(SETTINGS)
    try:
        await connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    except psycopg.errors.LockNotAvailable as error:
        raise MigrationError("another run of the migrations has held the lock for 60 s") from error
    try:
        await connection.execute(TABLE)
        cursor = await connection.execute("SELECT number, name, checksum FROM schema_migrations")
        done = {number: (name, checksum) for number, name, checksum in await cursor.fetchall()}
        _compare(done, migrations)
        new = [migration for migration in migrations if migration.number not in done]
        for migration in new:
            await _run(connection, migration)
        return [migration.name for migration in new]
    finally:
        if not connection.broken:
            await connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _compare(done: dict[int, tuple[str, str]], migrations: Sequence[Migration]) -> None:
    last = max(done, default=0)
    for migration in migrations:
        ran = done.get(migration.number)
        if ran is None and migration.number < last:
            raise MigrationError(
                f"{migration.name} is new, but {done[last][0]} ran already: number it"
                f" {last + 1:04} or higher"
            )
        if ran is not None and ran[1] != migration.checksum:
            raise MigrationError(
                f"{migration.name} changed after it ran: restore it, and write the change as"
                f" {last + 1:04}_<what it does>.sql"
            )
    known = {migration.number for migration in migrations}
    for number in sorted(set(done) - known):  # a rollback to an earlier version: allowed
        logger.warning(
            "the database is ahead of this version", extra={"migration": done[number][0]}
        )


async def _run(connection: database.Connection, migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(cast("LiteralString", migration.text))
            await connection.execute(
                "INSERT INTO schema_migrations (number, name, checksum) VALUES (%s, %s, %s)",
                [migration.number, migration.name, migration.checksum],
            )
    except psycopg.Error as error:
        raise MigrationError(f"{migration.name} failed: {str(error).strip()}") from error
    logger.info("migration ran", extra={"migration": migration.name})


async def _migrate_store(store: str) -> int:
    log.configure()
    try:
        migrations = read(SERVICE / settings.text("MIGRATIONS_DIRECTORY"))
        source = database.Database.from_environment(store)
        opened = await database.connect(source, within_seconds=OPEN_WITHIN_SECONDS)
        async with opened as connection:
            ran = await migrate(connection, migrations)
    except (MigrationError, database.UnreachableError, settings.SettingError) as error:
        logger.error(str(error))  # noqa: TRY400 - the message is complete without a traceback
        return 1
    logger.info("the database is up to date", extra={"ran": ran})
    return 0


def main(store: str) -> int:
    """Run the migrations of *store*, and return the exit code."""
    return asyncio.run(_migrate_store(store))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
