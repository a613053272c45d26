"""The SQL files of a service's migrations, whatever the database."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("migrate")

SERVICE = Path(__file__).resolve().parent.parent
FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


class MigrationError(RuntimeError):
    """Raised when a migration failed or must not run."""


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


def read_directory() -> list[Migration]:
    """Return the migrations in the directory that the description names."""
    return read(SERVICE / settings.text("MIGRATIONS_DIRECTORY"))


def compare(done: dict[int, tuple[str, str]], migrations: Sequence[Migration]) -> None:
    """Raise MigrationError where *migrations* contradict what is *done*."""
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
