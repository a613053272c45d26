"""Which code the tasks of one service run: the deployed code, or an overlay of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from localcloud.runtime.overlays.overlay import Report, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localcloud.runtime.overlays.overlay import Overlay
    from localcloud.runtime.tasks.service_task import ServiceTask

HEAD_START_SECONDS = 1.0
"""Tasks behind a load balancer start this much before others, which would take the CPU."""


class ServiceOverlay:
    """The overlay of a service: on trial until one of its tasks is healthy."""

    def __init__(self, report: Callable[[str, Report], None]) -> None:
        """Start with the deployed code; call *report* with each new state of an overlay."""
        self._report = report
        self._wanted: Overlay | None = None
        self._accepted: Overlay | None = None
        self._trial: Overlay | None = None
        self._serving = False
        self._changed_at = -HEAD_START_SECONDS

    @property
    def code(self) -> Overlay | None:
        """The overlay that new tasks run; None for the deployed code."""
        return self._trial or self._accepted

    @property
    def version(self) -> str:
        """Version of `code`, '' for the deployed code."""
        return self.code.version if self.code else ""

    def lay_over(self, wanted: Overlay | None) -> bool:
        """Set the overlay; return whether it has changed."""
        if wanted == self._wanted:
            return False
        self._wanted, self._serving, self._changed_at = wanted, False, time.monotonic()
        self._trial = None if wanted == self._accepted else wanted
        if wanted is None:
            self._accepted = None
        return True

    def supersede(self) -> None:
        """Return to the deployed code, because it has changed."""
        if self._wanted is not None and self.code is not None:
            self._accepted = self._trial = None
            self._send(self._wanted, State.SUPERSEDED)

    def rejects(self, task: ServiceTask, why: str) -> bool:
        """Return to the code before the overlay on trial if *task*, which failed, runs it."""
        if self._trial is None or task.overlay != self._trial.version:
            return False
        self._send(self._trial, State.FAILED, why)
        self._trial = None
        return True

    def is_changing(self, tasks: Sequence[ServiceTask]) -> bool:
        """Return whether some of *tasks* run other code; those that stop may have requests."""
        return any(one.overlay != self.version for one in tasks)

    def may_start(self, *, is_target: bool) -> bool:
        """Return whether tasks may start; those that serve requests go first."""
        return is_target or time.monotonic() >= self._changed_at + HEAD_START_SECONDS

    def update(self, tasks: Sequence[ServiceTask]) -> None:
        """Accept the overlay on trial once a task is healthy, and report when all tasks run it."""
        if self._trial is not None and any(
            one.is_healthy and one.overlay == self._trial.version for one in tasks
        ):
            self._accepted, self._trial = self._trial, None
        current = self._accepted if self._trial is None else None
        if current is not None and current == self._wanted and not self._serving:
            self._serving = all(one.overlay == current.version for one in tasks)
            if self._serving:
                self._send(current, State.SERVING)

    def _send(self, overlay: Overlay, state: State, why: str = "") -> None:
        self._report(overlay.workload, Report(overlay.version, state, why))
