"""Installs an engine from a Maven repository: resumed, checked by SHA-256, and unpacked once."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import requests
from maven_artifact import Artifact, Downloader

from localcloud.engine import cache
from localcloud.engine.progress import silent
from localcloud.engines import installed

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.engine.progress import Progress
    from localcloud.engines.installed import Locked

REPOSITORY = "BULKHEAD_MAVEN_REPOSITORY"
"""Variable with the base address of a Maven repository; Maven Central by default."""
CHUNK = 1 << 16
TIMEOUT = (10, 60)
"""Seconds until the repository accepts the connection, and between two packets."""


class InstallError(RuntimeError):
    """Raised when an engine cannot be installed."""


def install(name: str, progress: Progress = silent) -> Path:
    """Install the engine *name* that the lock file pins; return its program. Raises InstallError.

    An interrupted download is resumed by the next run; an installed engine is left as it is.
    """
    entry = installed.locked()[name]
    if installed.this_platform() != entry.platform:
        raise InstallError(
            f"{name} {entry.version} is published for {entry.platform}, and this machine is"
            f" {installed.this_platform()}: install {name} with the system's package manager, so"
            f" that {entry.program.rsplit('/', 1)[-1]} is on PATH"
        )
    with cache.creating(installed.folder(), installed.key(name)) as target:
        if target is not None:
            archive = installed.folder() / f"{installed.key(name)}.part"
            _download(name, entry, archive, progress)
            progress(f"Unpacking {name} {entry.version}")
            _unpack(entry, archive, target)
            archive.unlink()
    return installed.folder() / installed.key(name) / entry.program


def _download(name: str, entry: Locked, archive: Path, progress: Progress) -> None:
    what = f"Downloading {name} {entry.version}, {entry.size / 1e6:.0f} MB"
    have = archive.stat().st_size if archive.exists() else 0
    progress(what, have, entry.size)
    if have < entry.size:
        address = _address(entry)
        try:
            with requests.get(
                address, headers={"Range": f"bytes={have}-"}, stream=True, timeout=TIMEOUT
            ) as response:
                response.raise_for_status()
                resumed = response.status_code == requests.codes.partial_content
                have = have if resumed else 0
                with archive.open("ab" if resumed else "wb") as file:
                    for chunk in response.iter_content(CHUNK):
                        have += file.write(chunk)
                        progress(what, have, entry.size)
        except requests.RequestException as error:
            raise InstallError(
                f"{name} could not be downloaded from {address}: {error}\nRun the command again: it"
                f" continues after {have / 1e6:.0f} of {entry.size / 1e6:.0f} MB. Another Maven"
                f" repository can be named in {REPOSITORY}."
            ) from error
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != entry.sha256:
        archive.unlink()
        raise InstallError(
            f"{name} is not installed: the download has the SHA-256 {found}, and"
            f" {installed.LOCK.name} requires {entry.sha256}. The download is deleted; run the"
            " command again, or name another Maven repository with " + REPOSITORY
        )


def _address(entry: Locked) -> str:
    chosen = os.environ.get(REPOSITORY)
    downloader = Downloader(chosen) if chosen else Downloader()
    return downloader.resolver.uri_for_artifact(Artifact.parse(entry.maven))


def _unpack(entry: Locked, archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as files:
        for one in files.infolist():
            path = one.filename.removeprefix(entry.root)
            if one.is_dir() or not any(fnmatch.fnmatch(path, each) for each in entry.files):
                continue
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with files.open(one) as source, place.open("wb") as copy:
                shutil.copyfileobj(source, copy)
    program = target / entry.program
    program.chmod(0o755)
    if strip := shutil.which("strip"):  # debug symbols are nine tenths of mariadbd
        subprocess.run([strip, "--strip-all", program], check=True)
