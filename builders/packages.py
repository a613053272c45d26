"""Installs locked requirements with uv: offline from its cache if possible, else from the index."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from builders.toolchains import PYTHON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builders.target import Target

INSTALL_SECONDS = 600
ONLY_LOCKED_WHEELS = ("--require-hashes", "--only-binary", ":all:", "--no-config")
SOURCE_OPTION = "--no-binary"
"""Option in a requirements file for a package that is published as source code only."""
NOT_FOR_CHILDREN = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")


class PackageError(RuntimeError):
    """Raised when a service's requirements cannot be installed."""


def into_folder(requirements: Path, folder: Path, target: Target) -> None:
    """Unpack the wheels for *target* into *folder*; raises PackageError."""
    options = ["--target", str(folder), "--python", target.python]
    if target.platform is not None:
        options = ["--target", str(folder), "--python-version", target.python]
        options += ["--python-platform", target.platform]
    _install(requirements, options)


def into_environment(requirements: Path | None, folder: Path, target: Target) -> None:
    """Make *folder* a virtual environment with the requirements; raises PackageError."""
    _run(["venv", "--relocatable", "--no-project", "--python", target.python, str(folder)])
    if requirements is not None:
        python = folder / "bin" / "python"
        _install(requirements, ["--python", str(python), "--compile-bytecode"])


def lock(folder: Path) -> None:
    """Write the folder's requirements.txt from its requirements.in; raises PackageError.

    The file serves every target: this machine's Python (3.11 or newer) and that of AWS accounts.
    """
    finished = folder / "requirements.txt"
    with tempfile.TemporaryDirectory() as name:
        unfinished = Path(name) / finished.name
        if finished.exists():
            shutil.copyfile(finished, unfinished)  # its versions are preferred
        command = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--only-binary", ":all:"]
        if SOURCE_OPTION in (folder / "requirements.in").read_text():
            command.append("--emit-build-options")
        command += ["--no-config", "--no-header", "--no-annotate", "--no-emit-index-url"]
        source = folder / "requirements.in"
        try:
            _run([*command, "--output-file", str(unfinished), str(source)])
        except PackageError as error:
            raise PackageError(f"{source} cannot be locked: {error}") from error
        finished.write_bytes(unfinished.read_bytes())


def _install(requirements: Path, options: Sequence[str]) -> None:
    command = ["pip", "install", *ONLY_LOCKED_WHEELS, *options, "-r", str(requirements)]
    try:
        _run([*command, "--offline"])
    except PackageError:
        try:
            _run(command)
        except PackageError as error:
            raise PackageError(f"{requirements} cannot be installed: {error}") from error


def _run(arguments: Sequence[str]) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in NOT_FOR_CHILDREN}
    try:
        done = subprocess.run(  # noqa: S603 - uv, with arguments of this module alone
            [_program(), *arguments],
            env={**environment, "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")},
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise PackageError(f"uv did not finish within {INSTALL_SECONDS} s") from error
    if done.returncode != 0:
        raise PackageError(done.stderr.strip() or f"uv failed with exit code {done.returncode}")


def _program() -> str:
    found = PYTHON.find()
    if found is None:
        raise PackageError(f"{PYTHON.name} is missing: {PYTHON.how_to_get}")
    return found
