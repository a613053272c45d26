"""Finds a Chromium for the tests of the console, or installs one into the user's cache.

`BULKHEAD_BROWSER` names a program; otherwise it is searched on PATH. On Debian, apt downloads the
headless shell and the libraries that this machine lacks, with lists and archives of its own, so it
needs no root and changes nothing of the system; it checks them against Debian's signatures.
Elsewhere Playwright installs its own.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.engine import cache

VARIABLE = "BULKHEAD_BROWSER"
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PACKAGE = "chromium-headless-shell"
PROGRAM = "usr/lib/chromium/chromium-headless-shell"
INSTALL_SECONDS = 300


class NoBrowserError(RuntimeError):
    """A browser is neither installed nor installable."""


@dataclass(frozen=True)
class Chromium:
    """A program; None: the one that Playwright has installed."""

    program: Path | None
    variables: dict[str, str] = field(default_factory=dict)


def chromium() -> Chromium:
    """Return a Chromium; install it if this machine has none. Raises NoBrowserError."""
    if chosen := os.environ.get(VARIABLE):
        if not shutil.which(chosen):
            raise NoBrowserError(f"{VARIABLE}={chosen} is not a program")
        return Chromium(Path(chosen))
    for name in NAMES:
        if found := shutil.which(name):
            return Chromium(Path(found))
    problems = []
    for install in (_from_debian, _from_playwright):
        try:
            return install()
        except (OSError, subprocess.SubprocessError) as error:
            told = getattr(error, "stderr", None) or error
            problems.append(f"{install.__name__.removeprefix('_from_')}: {told}")
    raise NoBrowserError(
        "The console's tests need Chromium, and it could not be installed. Install it with the"
        f" system's package manager, or name its program in {VARIABLE}.\n" + "\n".join(problems)
    )


def _from_debian() -> Chromium:
    """Unpack the package and its libraries; a new version of Playwright gets a new Chromium."""
    folder = cache.base() / "browsers"
    key = f"chromium-playwright-{importlib.metadata.version('playwright')}"
    with cache.creating(folder, key) as target:
        if target is not None:
            apt = _apt(target / ".apt")
            _run(*apt, "update")
            _run(*apt, "--yes", "--no-install-recommends", "--download-only", "install", PACKAGE)
            for archive in (target / ".apt/cache/archives").glob("*.deb"):
                _run("dpkg-deb", "--extract", str(archive), str(target))
            shutil.rmtree(target / ".apt")
    root = folder / key
    libraries = root / "usr/lib" / f"{platform.machine()}-linux-gnu"
    paths = f"{libraries}:{libraries / 'pulseaudio'}"
    return Chromium(root / PROGRAM, {"LD_LIBRARY_PATH": paths})


def _apt(folder: Path) -> list[str]:
    """Return the command `apt-get` with its lists, archives and locks below *folder*."""
    for part in ("state/lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    options = {
        "Dir::State": folder / "state",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "true",
    }
    given = [f"--option={name}={value}" for name, value in options.items()]
    return ["apt-get", "--quiet=2", *given]


def _from_playwright() -> Chromium:
    _run(sys.executable, "-m", "playwright", "install", PACKAGE)
    return Chromium(None)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
