"""The virtual environment of functions: separate from the platform's, with Lambda's packages."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from localcloud.layout import Layout

_LOG = logging.getLogger(__name__)

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
STAMP = "bulkhead.sha256"
SECONDS = 300
_LOCK = threading.Lock()


class InterpreterError(Exception):
    """Raised when the functions' virtual environment cannot be created."""


def function_python(layout: Layout) -> Path:
    """Return the interpreter of the functions' virtual environment; create it if it is missing."""
    folder = layout.home / "function-runtime"
    wanted = _wanted()
    python = folder / "bin" / "python"
    if _stamp(folder) == wanted and python.exists():
        return python
    layout.home.mkdir(parents=True, exist_ok=True)
    with _LOCK, FileLock(layout.home / "function-runtime.lock"):
        if _stamp(folder) != wanted or not python.exists():
            _LOG.info("creating the functions' virtual environment in %s", folder)
            _make(folder, wanted)
    return python


def _make(folder: Path, wanted: str) -> None:
    # Created in a temporary folder and renamed: only the scripts of a virtual environment contain
    # its path, and they are not used.
    temporary = folder.with_name("function-runtime.new")
    try:
        uv = _uv()
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(temporary)])
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes"]
        install += ["--python", str(temporary / "bin" / "python"), "-r", str(REQUIREMENTS)]
        try:
            _run([*install, "--offline"])  # faster, and needs no network, if all is cached
        except InterpreterError:
            _run(install)
        (temporary / STAMP).write_text(wanted)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _run(command: list[str]) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    try:
        subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=SECONDS, env=environment
        )
    except subprocess.CalledProcessError as error:
        message = (
            f"the functions' interpreter cannot be created: {' '.join(command)}: {error.stderr}"
        )
        raise InterpreterError(message) from error
    except subprocess.TimeoutExpired as error:
        message = f"the functions' interpreter was not created within {SECONDS} s: {command[:3]}"
        raise InterpreterError(message) from error


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise InterpreterError(f"uv is neither at {beside} nor on PATH: install it with pip")
    return found


def _wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()


def _stamp(folder: Path) -> str:
    try:
        return (folder / STAMP).read_text()
    except OSError:
        return ""
