"""The installed pulumi_aws whose declarations are read: that of the program, or our own."""

from __future__ import annotations

import importlib.util
import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

PLUGIN = "pulumi-plugin.json"
"""The file of the SDK with its version."""


@dataclass(frozen=True)
class Installation:
    """A pulumi_aws that is installed."""

    folder: Path
    version: str


_USED: ContextVar[Installation] = ContextVar("pulumi_aws")


def used() -> Installation:
    """Return the pulumi_aws in use: that of a program (see `using`), or the one installed here."""
    return _USED.get(None) or own()


@cache
def own() -> Installation:
    """Return the pulumi_aws that is installed for this process."""
    spec = importlib.util.find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pulumi_aws is not installed: run `make .venv`")
    return _installation(Path(spec.origin).parent)


def of_environment(environment: str) -> Installation:
    """Return the pulumi_aws of the Python environment in a folder; `own()` if it has none."""
    for folder in sorted(Path(environment).glob("lib/python3*/site-packages/pulumi_aws")):
        if (folder / PLUGIN).is_file():
            found = _installation(folder)
            return found if found.version != own().version else own()
    return own()


@contextmanager
def using(found: Installation) -> Generator[None]:
    """Read the declarations of *found* during the block."""
    token = _USED.set(found)
    try:
        yield
    finally:
        _USED.reset(token)


def _installation(folder: Path) -> Installation:
    return Installation(folder, json.loads((folder / PLUGIN).read_text())["version"])
