"""Runs a service's SQL seeds: `python -m kit.seeds <store>`, as `bulkhead seed` does.

Every file of the directory runs each time, in alphabetical order and in a transaction of its own,
so each must be idempotent: `INSERT ... ON CONFLICT DO NOTHING`.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, LiteralString, cast

import psycopg

from kit import database, log, settings
from kit.migration_files import SERVICE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

logger = logging.getLogger("seed")

OPEN_WITHIN_SECONDS = 30.0


def read(folder: Path) -> dict[str, str]:
    """Return the SQL files of *folder* by name, sorted."""
    return {file.name: file.read_text() for file in sorted(folder.glob("*.sql"))}


async def seed(connection: database.Connection, files: Mapping[str, str]) -> None:
    """Run *files*, each in a transaction of its own; raises psycopg.Error."""
    for text in files.values():
        async with connection.transaction():
            await connection.execute(cast("LiteralString", text))


async def _seed_store(store: str) -> int:
    log.configure()
    try:
        files = read(SERVICE / settings.text("SEEDS_DIRECTORY"))
        source = database.Database.from_environment(store)
        opened = await database.connect(source, within_seconds=OPEN_WITHIN_SECONDS)
        async with opened as connection:
            await seed(connection, files)
    except (psycopg.Error, database.UnreachableError, settings.SettingError) as error:
        logger.error(str(error).strip())  # noqa: TRY400 - the message is complete without a traceback
        return 1
    logger.info("the database has its seeds", extra={"ran": list(files)})
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_seed_store(*sys.argv[1:])))
