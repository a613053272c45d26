"""Writes a service's seeds into a table: `python -m kit.dynamodb_seeds <store>`.

Every file `*.json` of the directory is a list of items in plain JSON. Each run writes them again.
"""

from __future__ import annotations

import json
import logging
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from kit import dynamodb, log, settings
from kit.migration_files import SERVICE

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger("seed")


class SeedError(RuntimeError):
    """Raised when a file is not a list of items."""


def read(file: Path) -> list[dict[str, Any]]:
    """Return the items in *file*; raises SeedError, ValueError."""
    items = json.loads(file.read_text(), parse_float=Decimal)
    if not isinstance(items, list):
        raise SeedError(f"{file.name} is not a list of items: write [{{...}}, {{...}}]")
    return cast("list[dict[str, Any]]", items)


def main(store: str) -> int:
    """Write the seeds of *store*, and return the exit code."""
    log.configure()
    try:
        folder = SERVICE / settings.text("SEEDS_DIRECTORY")
        found = {file.name: read(file) for file in sorted(folder.glob("*.json"))}
        table = dynamodb.table(store)
        for items in found.values():
            for item in items:
                table.put_item(Item=item)
    except (ClientError, SeedError, ValueError, settings.SettingError) as error:
        logger.error(str(error).strip())  # noqa: TRY400 - the message is complete without a traceback
        return 1
    logger.info("the table has its seeds", extra={"ran": list(found)})
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
