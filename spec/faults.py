"""Faults in the files that describe services, reported all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One fault, and what to write instead."""

    file: Path
    line: int
    """Line number, from 1."""
    where: str
    """The field, as `routes[0].auth`; empty for the whole file."""
    found: str
    write: str

    def __str__(self) -> str:
        """Return it as one line that begins with `file:line`."""
        where = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}: {where}found {self.found}; {self.write}"


class SpecError(ValueError):
    """Raised with every fault of a service's description, or of all of them together."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Sort *faults* by file and line."""
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
