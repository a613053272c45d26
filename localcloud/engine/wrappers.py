"""Wrapper scripts at the front of an environment's PATH: `pulumi`, its language host, `aws`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from localcloud.layout import ROOT

MARK = "# Made by bulkhead; made again on each start."
_MARK_WITHIN_BYTES = 200


def is_wrapper(path: Path | str) -> bool:
    """Say whether *path* is a script written by this module."""
    with Path(path).open("rb") as file:
        return MARK.encode() in file.read(_MARK_WITHIN_BYTES)


def write_command(path: Path, script: str) -> None:
    """Write *script* as the executable *path*, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"#!/bin/sh\n{MARK}\n{script}\n"
    if path.is_file() and path.read_text() == text:
        return
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(text)
    unfinished.chmod(0o755)
    unfinished.replace(path)


LANGUAGE_HOST_VARIABLE = "BULKHEAD_LANGUAGE_HOST"
"""Variable with the path of the checkout's language host, for a built CLI."""


def write_delegate(path: Path) -> None:
    """Write a language host beside a built CLI that executes the checkout's."""
    missing = "use the bulkhead command, or the environment that bulkhead env local prints"
    write_command(path, f'exec "${{{LANGUAGE_HOST_VARIABLE}:?is not set: {missing}}}" "$@"')


def language_host_script(executor: Path) -> str:
    """Return the shell command that starts our language host with *executor*."""
    start = (
        f"import sys; sys.path[0] = {str(ROOT)!r}; "
        "from localcloud.engine.protocol import without_sdk; without_sdk(); "
        "from localcloud.engine.language.main import main; sys.exit(main())"
    )
    words = [sys.executable, "-c", start, "--executor", str(executor)]
    return f'exec {shlex.join(words)} "$@"'
