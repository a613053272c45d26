"""Runs a service's seeds of MySQL or MariaDB: `python -m kit.mysql_seeds <store>`.

Every file of the directory runs each time, in alphabetical order. It has one statement, which must
be idempotent: `INSERT IGNORE ...`.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import pymysql

from kit import log, mysql, settings
from kit.migration_files import SERVICE
from kit.mysql_migrations import statements
from kit.store import UnreachableError

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger("seed")

OPEN_WITHIN_SECONDS = 30.0


class SeedError(RuntimeError):
    """Raised when a file is not one statement."""


def read(folder: Path) -> dict[str, str]:
    """Return the SQL files of *folder* by name, sorted; raises SeedError."""
    files = {file.name: file.read_text() for file in sorted(folder.glob("*.sql"))}
    for name, text in files.items():
        if (count := statements(text)) != 1:
            raise SeedError(f"{name} has {count} statements: write one a file")
    return files


def main(store: str) -> int:
    """Run the seeds of *store*, and return the exit code."""
    log.configure()
    try:
        files = read(SERVICE / settings.text("SEEDS_DIRECTORY"))
        source = mysql.Database.from_environment(store)
        connection = mysql.connect(source, within_seconds=OPEN_WITHIN_SECONDS)
        with connection, connection.cursor() as cursor:
            for text in files.values():
                cursor.execute(text)
    except (pymysql.Error, SeedError, UnreachableError, settings.SettingError) as error:
        logger.error(str(error).strip())  # noqa: TRY400 - the message is complete without a traceback
        return 1
    logger.info("the database has its seeds", extra={"ran": list(files)})
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
