"""Commands that stand in for the real ones: small shell scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def script() -> Callable[[Path, str], Path]:
    """Write an executable shell script."""

    def write(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def cli(script):
    """Put a CLI of a version into a folder, with or without its language host."""

    def write(folder: Path, version: str, *, language_host: bool = True) -> Path:
        if language_host:
            script(folder / "pulumi-language-python", "exit 0")
        return script(folder / "pulumi", f"echo {version}")

    return write
