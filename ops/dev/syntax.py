"""Finds syntax errors before code runs."""

from __future__ import annotations

import hashlib
import warnings
from typing import TYPE_CHECKING

from ops.folders import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Syntax:
    """Compiles Python files; one that compiled is not compiled again until it changes."""

    def __init__(self) -> None:
        """Start without knowledge of any file."""
        self._correct: dict[Path, bytes] = {}

    def errors(self, files: Iterable[Path]) -> list[str]:
        """Return the syntax error of each of *files*, with file and line."""
        return [error for file in files if file.suffix == ".py" and (error := self._error(file))]

    def _error(self, file: Path) -> str:
        content = file.read_bytes()
        digest = hashlib.sha256(content).digest()
        if self._correct.get(file) == digest:
            return ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the service shows them when it runs
                compile(content, str(file), "exec", dont_inherit=True)
        except SyntaxError as error:
            return f"{shown(file)}:{error.lineno or 1}: {type(error).__name__}: {error.msg}"
        except ValueError as error:  # null bytes
            return f"{shown(file)}:1: {type(error).__name__}: {error}"
        self._correct[file] = digest
        return ""
