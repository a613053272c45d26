"""Installs the CLI with Pulumi's installer, if the network allows."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import urllib.request
from typing import TYPE_CHECKING

from localcloud.engine import cache as caches
from localcloud.engine.find import CLI, LANGUAGE_HOST, Engine, cached, version_of
from localcloud.engine.version import pinned

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.engine.progress import Progress

INSTALLER = "https://get.pulumi.com"
PROBE_SECONDS = 5.0
INSTALL_SECONDS = 600


class InstallerError(RuntimeError):
    """Raised when the installer ran without installing a working CLI."""


def install(cache: Path, progress: Progress, *, url: str = INSTALLER) -> Engine | None:
    """Install the pinned version into *cache*; return None if the installer is not reachable."""
    progress(f"Downloading the installer from {url}, up to {PROBE_SECONDS:g} seconds")
    script = _fetch(url)
    if script is None:
        return None
    progress(f"Installing Pulumi {pinned()} with the installer of {url}")
    try:
        with caches.creating(cache, caches.installed_key()) as folder:
            if folder is not None:
                _run(script, folder)
    except InstallerError as error:
        progress(f"The installer failed ({error}); continuing without it")
        return None
    return cached(cache)


def is_reachable(url: str = INSTALLER) -> bool:
    """Return whether the installer can be downloaded."""
    return _fetch(url) is not None


def _fetch(url: str) -> bytes | None:
    """Read *url* within PROBE_SECONDS, also with a slow name server or proxy."""
    answers: list[bytes] = []

    def read() -> None:
        try:
            with urllib.request.urlopen(url, timeout=PROBE_SECONDS) as response:  # noqa: S310 - https
                answers.append(response.read())
        except OSError:
            return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(PROBE_SECONDS)
    script = answers[0] if answers else None
    return script if script is not None and script.startswith(b"#!") else None


def _run(script: bytes, folder: Path) -> None:
    """Run the installer and move the installed executables into *folder*."""
    target = folder / "installed"
    version = str(pinned()).removeprefix("v")
    options = ["--version", version, "--install-root", str(target), "--no-edit-path"]
    try:
        _execute(script, options)
        for command in (target / "bin").iterdir():
            command.rename(folder / command.name)
    except (OSError, subprocess.SubprocessError) as error:
        raise InstallerError(str(error)) from error
    shutil.rmtree(target)
    if version_of(folder / CLI) != pinned() or not (folder / LANGUAGE_HOST).is_file():
        raise InstallerError(f"it installed no working Pulumi {pinned()} with {LANGUAGE_HOST}")


def _execute(script: bytes, options: list[str]) -> None:
    """Run *script* in its own session, and kill the session after INSTALL_SECONDS."""
    with subprocess.Popen(
        ["sh", "-s", "--", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
    ) as process:
        try:
            process.communicate(script, timeout=INSTALL_SECONDS)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "sh")
