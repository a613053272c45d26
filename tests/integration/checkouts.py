"""Copies of the checkout that a test uses as a person uses theirs."""

from __future__ import annotations

import os
import subprocess
import sys
from shutil import copy2
from typing import TYPE_CHECKING

from localcloud.layout import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def fresh_checkout(
    folder: Path, without: tuple[str, ...] = ("tests/", "bench/", "docs/")
) -> dict[str, str]:
    """Copy what is checked in to *folder*, and return a new shell's environment for it.

    Its virtual environment is this one's, as if `make` had just filled it.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(without):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, folder / name)
    _lend_virtual_environment(folder / ".venv")
    dropped = ("BULKHEAD_HOME", "BULKHEAD_ARTIFACTS", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def _lend_virtual_environment(lent: Path) -> None:
    mine = sys.prefix
    (lent / "bin").mkdir(parents=True)
    for source, target in ((mine, lent), (f"{mine}/bin", lent / "bin")):
        for entry in os.scandir(source):
            if entry.name not in {"bin", "bulkhead", ".created", ".installed", ".installed-dev"}:
                (target / entry.name).symlink_to(entry.path)
    copy2(ROOT / "ops" / "bulkhead.sh", lent / "bin" / "bulkhead")
    (lent / "bin" / "bulkhead").chmod(0o755)
    for stamp in (".created", ".installed", ".installed-dev"):  # in the order that make compares
        (lent / stamp).touch()
