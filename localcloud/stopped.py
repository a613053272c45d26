"""The services that `bulkhead up --only` stopped: a file that the local cloud's processes follow.

Their resources stay: only tasks, functions, pollers and database servers do not run.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from localcloud.layout import Layout

STOPPED = "stopped"
"""The file's name in a feed of changes."""
TAG = "service"
"""Tag with the name of the service that a resource belongs to."""
SERVICE_STOPPED = "ServiceStoppedException"
"""Error code of functions whose service is stopped; AWS has none for it."""
ROLLOUT_REASON = "The service is stopped on this machine: bulkhead up starts it."
"""`rolloutStateReason` of a stopped ECS service: it is steady without tasks."""

NOT_RUN = "Not run on this machine: "
"""Start of the `rolloutStateReason` of an ECS service whose image the local cloud does not have."""


@dataclass(frozen=True)
class Stopped:
    """Services that do not run on this machine, and their database clusters."""

    services: frozenset[str] = frozenset()
    databases: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    """Services that `--only` named."""


Content = TypeVar("Content")


class FollowedFile(Generic[Content]):
    """The content of a file, read again when the file has been replaced."""

    def __init__(self, path: Path, read: Callable[[Path], Content]) -> None:
        """Follow *path*, which *read* reads, also while it does not exist."""
        self._path, self._read = path, read
        self._version = _version(path)
        self._last = read(path)

    def __call__(self) -> Content:
        """Return the present content."""
        version = _version(self._path)
        if version != self._version:
            self._last, self._version = self._read(self._path), version
        return self._last


class StoppedServices(FollowedFile[Stopped]):
    """What is stopped at present."""

    def __init__(self, layout: Layout) -> None:
        """Follow the file of *layout*."""
        super().__init__(_path(layout), _read)


def read(layout: Layout) -> Stopped:
    """Return what is stopped in *layout*."""
    return _read(_path(layout))


def write(layout: Layout, stopped: Stopped) -> None:
    """Stop the services and databases of *stopped*, and start all others."""
    path = _path(layout)
    if stopped == Stopped():
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    content = {
        "only": stopped.only,
        "services": sorted(stopped.services),
        "databases": sorted(stopped.databases),
    }
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.replace(path)


def message(service: str) -> str:
    """Return the text of responses in place of a stopped service."""
    return f"The service {service} is stopped on this machine. Start it with: bulkhead up"


def service_of(tags: Iterable[Mapping[str, Any]]) -> str:
    """Return the service in the tags of a resource; '' without that tag."""
    pairs = ((tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))) for tag in tags)
    return str(dict(pairs).get(TAG) or "")


def _path(layout: Layout) -> Path:
    return layout.data / "stopped.json"


def _version(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - called for each invocation
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _read(path: Path) -> Stopped:
    try:
        content = json.loads(path.read_text())
    except OSError:
        return Stopped()
    services, databases = frozenset(content["services"]), frozenset(content["databases"])
    return Stopped(services, databases, tuple(content["only"]))
