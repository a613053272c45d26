"""The services that do not run on this machine, and why.

A service is stopped (`bulkhead up --only`), or off: the engine of one of its stores is missing.
Their resources exist; only tasks, functions and pollers do not run.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud import stopped
from localcloud.stopped import FollowedFile, StoppedServices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.layout import Layout

OFF = "off: "
"""Start of a reason, which is the `rolloutStateReason` of an ECS service that is off."""


@dataclass(frozen=True)
class NotRunning:
    """The services that do not run on this machine."""

    stopped: frozenset[str] = frozenset()
    off: Mapping[str, str] = field(default_factory=dict[str, str])
    """By service: the reason, which begins with OFF."""

    def __contains__(self, service: str) -> bool:
        """Return whether *service* does not run."""
        return service in self.stopped or service in self.off

    def __bool__(self) -> bool:
        """Return whether any service does not run."""
        return bool(self.stopped or self.off)

    def reason(self, service: str) -> str:
        """Return the `rolloutStateReason` of *service*; '' if it runs."""
        return stopped.ROLLOUT_REASON if service in self.stopped else self.off.get(service, "")

    def message(self, service: str) -> str:
        """Return the text of responses in place of *service*."""
        if service in self.stopped:
            return stopped.message(service)
        return f"The service {service} is {self.off.get(service, 'running')}"


class NotRunningServices:
    """The services that do not run, read again when their files have changed."""

    def __init__(self, layout: Layout) -> None:
        """Follow the files of *layout*."""
        self._stopped = StoppedServices(layout)
        self._off = FollowedFile(_path(layout), _read)

    def __call__(self) -> NotRunning:
        """Return what does not run at present."""
        return NotRunning(self._stopped().services, self._off())


def is_without_tasks(rollout_reason: str) -> bool:
    """Return whether an ECS service with this `rolloutStateReason` is steady without tasks."""
    return rollout_reason == stopped.ROLLOUT_REASON or rollout_reason.startswith(
        (stopped.NOT_RUN, OFF)
    )


def read(layout: Layout) -> Mapping[str, str]:
    """Return the reason by service that is off."""
    return _read(_path(layout))


def write(layout: Layout, reasons: Mapping[str, str]) -> None:
    """Replace the reasons by service, atomically."""
    path = _path(layout)
    if not reasons:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    unfinished.write_text(json.dumps(dict(sorted(reasons.items())), indent=2) + "\n")
    unfinished.replace(path)


def _path(layout: Layout) -> Path:
    return layout.data / "off.json"


def _read(path: Path) -> Mapping[str, str]:
    try:
        return json.loads(path.read_text())
    except OSError:
        return {}
