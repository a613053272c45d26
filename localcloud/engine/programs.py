"""The running programs, by the address of their engine.

An engine does not tell an attached provider where the program is. The language host knows it:
relative paths of assets start there, and the program's own Python environment has the SDK that
declares its resources.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from localcloud.layout import Layout


@dataclass(frozen=True)
class Program:
    """A program that an engine runs."""

    folder: str
    """Where it runs."""

    environment: str = ""
    """The folder of its Python environment, which has `bin`; '' if that is not known."""

    preview: bool = False
    """Whether it only previews."""


@contextmanager
def running(layout: Layout, engine_address: str, program: Program) -> Generator[None]:
    """Record that *program* runs for the engine at *engine_address*."""
    path = _path(layout, engine_address)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(program)))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def of_engine(layout: Layout, engine_address: str) -> Program | None:
    """Return the program of the engine at *engine_address*; None if unknown."""
    try:
        return Program(**json.loads(_path(layout, engine_address).read_text()))
    except FileNotFoundError:
        return None


def _path(layout: Layout, engine_address: str) -> Path:
    return layout.run / "programs" / (engine_address.rpartition(":")[2] or "none")
