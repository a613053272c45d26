"""Programs that build artifacts in the language of a service."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import uv

if TYPE_CHECKING:
    from collections.abc import Callable


class MissingToolchainError(RuntimeError):
    """Raised when a service cannot be built because its toolchain is not installed."""


@dataclass(frozen=True)
class Toolchain:
    """What builds the artifacts of a language."""

    name: str
    """Name of the program."""

    find: Callable[[], str | None]
    """Return the path of the program, None if it is not installed."""

    how_to_get: str
    """How to install it."""

    @property
    def need(self) -> str:
        """What is needed, and how to get it."""
        return f"needs {self.name}: {self.how_to_get}"


class OnMissing(Enum):
    """What a build does without a toolchain."""

    FAIL = auto()
    """Fail: the artifacts are for a deployment."""
    PREVIEW = auto()
    """Go on, with a digest that is marked as good for previews alone."""
    OFF = auto()
    """Go on: the service is off on this machine."""


def _uv() -> str | None:
    try:
        return uv.find_uv_bin()
    except FileNotFoundError:
        return shutil.which("uv")


PYTHON = Toolchain("uv", _uv, "install localcloud/requirements.txt, which pins it")
