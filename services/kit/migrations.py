"""Runs a service's SQL migrations: `python -m kit.migrations <store>`.

They run once per deployment, before new tasks start and while tasks of the previous version serve.
So a migration must be compatible with that version: add first, remove in a later deployment.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, LiteralString, cast

import psycopg

from kit import database, log, settings
from kit.migration_files import Migration, MigrationError, compare, read_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("migrate")

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
        compare(done, migrations)
        new = [migration for migration in migrations if migration.number not in done]
        for migration in new:
            await _run(connection, migration)
        return [migration.name for migration in new]
    finally:
        if not connection.broken:
            await connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


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
        migrations = read_directory()
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
