"""The folder of each running program, by the address of its engine.

An engine does not tell an attached provider where the program is. The language host knows it, and
relative paths of assets start there.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from localcloud.layout import Layout


@contextmanager
def running(layout: Layout, engine_address: str, folder: str) -> Generator[None]:
    """Record that a program in *folder* runs for the engine at *engine_address*."""
    path = _path(layout, engine_address)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(folder)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def folder_of(layout: Layout, engine_address: str) -> Path | None:
    """Return the folder of the program of the engine at *engine_address*; None if unknown."""
    try:
        return Path(_path(layout, engine_address).read_text())
    except FileNotFoundError:
        return None


def _path(layout: Layout, engine_address: str) -> Path:
    return layout.run / "programs" / (engine_address.rpartition(":")[2] or "none")
