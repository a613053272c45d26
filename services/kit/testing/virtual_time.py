"""An event loop whose clock jumps to the next timer: minutes of waiting take no time.

    virtual_time.run(scenario())      # `asyncio.sleep(60)` returns at once, a minute later

`asyncio.get_running_loop().time()` is its clock. Nothing in it may wait for the outside.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Instead of waiting for a timer, lets the time pass."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits, and no timer is left")
        self.now += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own."""

    def __init__(self) -> None:
        """Start at 0."""
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._virtual.now


def run(scenario: Coroutine[Any, Any, T]) -> T:
    """Return what *scenario* returns, on a clock that starts at 0."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scenario)
