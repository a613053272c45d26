"""Finds the translation of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.kinds import modules

if TYPE_CHECKING:
    from types import ModuleType


def translation(package: str, kind: str) -> ModuleType:
    """Return the module of *package* for *kind*; raises LookupError if it is missing."""
    for module in modules(package):
        if kind == module.KIND:
            return module
    raise LookupError(f"{package} has no module with KIND = {kind!r}: add one")
