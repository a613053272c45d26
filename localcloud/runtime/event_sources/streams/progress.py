"""The order in which the records of a shard become handled."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Records that were read, and which of them are handled."""

    _waiting: deque[str] = field(default_factory=deque)
    _handled: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        """Return the number of records after the checkpoint."""
        return len(self._waiting)

    def read(self, sequence: str) -> None:
        """Note a record that was read."""
        self._waiting.append(sequence)

    def handled(self, *sequences: str) -> str | None:
        """Return the new checkpoint once *sequences* are handled; None if it stays."""
        self._handled.update(sequences)
        last = None
        while self._waiting and self._waiting[0] in self._handled:
            last = self._waiting.popleft()
            self._handled.discard(last)
        return last
