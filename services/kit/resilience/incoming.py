"""What a request brings along for the calls that it causes: its deadline, and its faults."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import faults
from kit.resilience import deadline, usage

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


@dataclass(frozen=True)
class Arrival:
    """Deadline and faults of a request."""

    deadline: float
    """On the clock of `time.monotonic`; infinity without one."""
    faults: tuple[faults.Fault, ...]


def of_headers(headers: Mapping[str, str]) -> Arrival:
    """Return what the lower-case *headers* of a request say.

    Raises RefusedError if the deadline has passed, or a header cannot be used.
    """
    return Arrival(deadline.of_headers(headers), faults.of_headers(headers))


@contextlib.contextmanager
def handled(arrival: Arrival) -> Generator[usage.Usage]:
    """Handle a request in the block: calls keep its deadline, and are counted."""
    until = deadline.current.set(arrival.deadline)
    planned = faults.current.set(arrival.faults)
    try:
        with usage.counted() as used:
            yield used
    finally:
        faults.current.reset(planned)
        deadline.current.reset(until)
