"""Runs a service's migrations of MySQL or MariaDB: `python -m kit.mysql_migrations <store>`.

DDL of MySQL is not transactional, so a file has one statement. It is marked before it runs; if the
connection is lost meanwhile, nobody knows whether it ran, and the next run refuses to go on.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from typing import TYPE_CHECKING, Any

import pymysql

from kit import log, mysql, settings
from kit.migration_files import Migration, MigrationError, compare, read_directory
from kit.store import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("migrate")

LOCK, LOCK_SECONDS = "bulkhead-migrations", 60
OPEN_WITHIN_SECONDS = 120.0  # a new database's first password is written within this time
TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number int PRIMARY KEY,
    name varchar(255) NOT NULL,
    checksum char(64) NOT NULL,
    started_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    applied_at timestamp NULL
)
"""
INSERT = "INSERT INTO schema_migrations (number, name, checksum) VALUES (%s, %s, %s)"
FINISH = "UPDATE schema_migrations SET applied_at = CURRENT_TIMESTAMP WHERE number = %s"
FORGET = "DELETE FROM schema_migrations WHERE number = %s"
COMMENT = r"/\*.*?\*/|(?:#|--\s)[^\n]*"
QUOTED = re.compile(rf"""({COMMENT})|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`""", re.DOTALL)
"""Comments and quoted text, in which a semicolon ends no statement."""
COMPOUND = re.compile(r"\s*CREATE\b[^;]*?\b(PROCEDURE|FUNCTION|TRIGGER|EVENT)\b", re.IGNORECASE)
"""A statement with statements inside."""


def statements(text: str) -> int:
    """Return the number of statements in *text*."""
    bare = QUOTED.sub(lambda found: " " if found[1] else "x", text)
    return 1 if COMPOUND.match(bare) else sum(bool(part.strip()) for part in bare.split(";"))


def migrate(connection: pymysql.Connection[Any], migrations: Sequence[Migration]) -> list[str]:
    """Run the pending migrations and return their file names; raises MigrationError."""
    for migration in migrations:
        if (count := statements(migration.text)) != 1:
            raise MigrationError(
                f"{migration.name} has {count} statements: write one a file, because MySQL cannot"
                " roll a schema change back"
            )
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, %s)", [LOCK, LOCK_SECONDS])
        if cursor.fetchone() != (1,):
            raise MigrationError(
                f"another run of the migrations has held the lock for {LOCK_SECONDS} s"
            )
        try:
            return _run_pending(cursor, migrations)
        finally:
            with contextlib.suppress(pymysql.Error):  # a lost connection holds no lock
                cursor.execute("SELECT RELEASE_LOCK(%s)", [LOCK])


def _run_pending(cursor: Any, migrations: Sequence[Migration]) -> list[str]:
    cursor.execute(TABLE)
    cursor.execute("SELECT number, name, checksum, applied_at FROM schema_migrations")
    rows = cursor.fetchall()
    for number, name, _, applied_at in rows:
        if applied_at is None:
            raise MigrationError(
                f"{name} began and did not finish: look whether its statement took effect. If it"
                f" did, run '{FINISH % number}', if not, '{FORGET % number}'; then deploy again"
            )
    compare({number: (name, checksum) for number, name, checksum, _ in rows}, migrations)
    done = {row[0] for row in rows}
    new = [migration for migration in migrations if migration.number not in done]
    for migration in new:
        _run(cursor, migration)
    return [migration.name for migration in new]


def _run(cursor: Any, migration: Migration) -> None:
    cursor.execute(INSERT, [migration.number, migration.name, migration.checksum])
    try:
        cursor.execute(migration.text)
    except pymysql.Error as error:
        # The server has refused or undone the statement, unless the connection is lost.
        with contextlib.suppress(pymysql.Error):
            cursor.execute(FORGET, [migration.number])
        raise MigrationError(f"{migration.name} failed: {error}") from error
    cursor.execute(FINISH, [migration.number])
    logger.info("migration ran", extra={"migration": migration.name})


def main(store: str) -> int:
    """Run the migrations of *store*, and return the exit code."""
    log.configure()
    try:
        migrations = read_directory()
        source = mysql.Database.from_environment(store)
        with mysql.connect(source, within_seconds=OPEN_WITHIN_SECONDS) as connection:
            ran = migrate(connection, migrations)
    except (MigrationError, UnreachableError, settings.SettingError) as error:
        logger.error(str(error))  # noqa: TRY400 - the message is complete without a traceback
        return 1
    logger.info("the database is up to date", extra={"ran": ran})
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
