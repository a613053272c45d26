"""Versions of the Pulumi CLI: the oldest supported, and the pinned one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MODULE = Path(__file__).resolve().parent
"""The folder of go.mod and go.sum, which pin the version."""

_NUMBERS = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?")
_PIN = re.compile(r"^\s*github\.com/pulumi/pulumi/pkg/v3\s+(v\S+)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Version:
    """A release of the CLI; a pre-release compares equal to its release."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        """Write the version as the CLI prints it."""
        return f"v{self.major}.{self.minor}.{self.patch}"


OLDEST = Version(3, 231, 0)
"""The oldest version that the pinned pulumi-aws supports."""


class VersionError(ValueError):
    """Raised for a string that is not a version of the CLI."""


def parse(text: str) -> Version:
    """Parse the output of `pulumi version`."""
    found = _NUMBERS.fullmatch(text.strip())
    if found is None:
        raise VersionError(f"{text.strip()!r} is not a version: expected the form v3.259.0")
    return Version(int(found[1]), int(found[2]), int(found[3]))


def pinned(module: Path = MODULE) -> Version:
    """Return the version that go.mod in *module* pins."""
    path = module / "go.mod"
    found = _PIN.search(path.read_text())
    if found is None:
        raise VersionError(f"{path}: no line pins github.com/pulumi/pulumi/pkg/v3")
    return parse(found[1])
