"""A copy of the project that a test may change."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copy2

from localcloud.layout import ROOT


@dataclass(frozen=True)
class Checkout:
    """A checkout that uses the virtual environment of this one."""

    root: Path

    @classmethod
    def copy(cls, root: Path) -> Checkout:
        """Copy every file that is tracked or not ignored."""
        listed = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/", "bench/")):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                copy2(ROOT / name, root / name)
        (root / ".venv").mkdir()
        for part in Path(sys.prefix).iterdir():
            (root / ".venv" / part.name).symlink_to(part)
        _git(root, "init", "--quiet")
        made = cls(root)
        made.commit()
        return made

    def commit(self) -> None:
        """Commit all changes."""
        _git(self.root, "add", "--all")
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        _git(self.root, *who, "commit", "--quiet", "--allow-empty", "--message", "x")

    def changes(self) -> str:
        """Return the output of `git status`."""
        return _git(self.root, "status", "--porcelain")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace *old*, which must exist, by *new*."""
        text = (self.root / name).read_text()
        assert old in text, f"{name} has no {old!r}"
        (self.root / name).write_text(text.replace(old, new))

    def add(self, name: str, text: str) -> None:
        """Append *text* to a file; create it if it is missing."""
        with (self.root / name).open("a") as file:
            file.write(text)

    def restore(self) -> None:
        """Undo every edit since the last commit."""
        _git(self.root, "checkout", "--quiet", "--", ".")
        _git(self.root, "clean", "--quiet", "--force", "-d")


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout
