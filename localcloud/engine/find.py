"""Finds an existing Pulumi CLI, on PATH or in the cache."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.engine import cache as caches
from localcloud.engine.version import OLDEST, Version, VersionError, parse, pinned
from localcloud.engine.wrappers import is_wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator

CLI = "pulumi"
LANGUAGE_HOST = "pulumi-language-python"
EXECUTOR = "pulumi-language-python-exec"
ANSWER_SECONDS = 20


@dataclass(frozen=True)
class Engine:
    """A Pulumi CLI that can run a Python program."""

    cli: Path
    version: Version
    executor: Path | None
    """Script with which our language host runs programs; None if the CLI has its own host."""


def find(cache: Path, path: str) -> Engine | None:
    """Return a suitable CLI on *path*, or the one in *cache*."""
    return on_path(path) or cached(cache)


def on_path(path: str) -> Engine | None:
    """Return the first CLI on *path* that is new enough and has its Python language host."""
    for cli in _executables(CLI, path):
        version = version_of(cli)
        if version is not None and version >= OLDEST and _has_language_host(cli, path):
            return Engine(cli, version, executor=None)
    return None


def cached(cache: Path) -> Engine | None:
    """Return the cached engine, installed or built, of the pinned version."""
    installed = cache / caches.installed_key()
    if _is_executable(installed / CLI) and _is_executable(installed / LANGUAGE_HOST):
        return Engine(installed / CLI, pinned(), executor=None)
    built = cache / caches.built_key()
    needed = (built / CLI, built / LANGUAGE_HOST)
    if all(map(_is_executable, needed)) and (built / EXECUTOR).is_file():
        return Engine(built / CLI, pinned(), executor=built / EXECUTOR)
    return None


def version_of(cli: Path) -> Version | None:
    """Return the version of *cli*, None if it does not print one."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [cli, "version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=ANSWER_SECONDS,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
        return parse(answer.stdout)
    except (OSError, subprocess.SubprocessError, VersionError):
        return None


def _has_language_host(cli: Path, path: str) -> bool:
    beside = os.pathsep.join([str(cli.resolve().parent), path])
    return any(True for _ in _executables(LANGUAGE_HOST, beside))


def _executables(name: str, path: str) -> Iterator[Path]:
    for folder in filter(None, path.split(os.pathsep)):
        candidate = Path(folder) / name
        if _is_executable(candidate) and not is_wrapper(candidate):
            yield candidate.absolute()


def _is_executable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
