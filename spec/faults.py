"""What is wrong with the files that people write about services, told all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake, and what to write instead."""

    file: Path
    line: int
    """Counted from one."""
    where: str
    """The field, as `routes[0].auth`; empty for the whole file."""
    found: str
    write: str

    def __str__(self) -> str:
        """Return the mistake as one line that editors can jump from."""
        where = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}: {where}found {self.found}; {self.write}"


class SpecError(ValueError):
    """Raised with every fault of a service's description, or of all of them together."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Order *faults* as a reader meets them."""
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
