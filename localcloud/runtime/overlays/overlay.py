"""The overlay of one workload, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

FUNCTIONS, TASKS = "lambda", "fargate"


@dataclass(frozen=True)
class Overlay:
    """Code that runs in place of the deployed code of a function or an ECS service."""

    kind: str
    """FUNCTIONS or TASKS."""
    workload: str
    """Name of the function, or ARN of the ECS service."""
    version: str
    """Differs between overlays with different code."""
    folder: Path
    python: Path | None = None
    """Interpreter of the tasks; functions have one of their own."""


class State(StrEnum):
    """States of an overlay."""

    STARTING = "starting"
    SERVING = "serving"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    """A deployment has changed the code since; the deployed code runs."""


@dataclass(frozen=True)
class Report:
    """The state of the overlay *version*."""

    version: str
    state: State
    reason: str = ""
    error: dict[str, Any] | None = None
    """The error of a function's init phase, as the Runtime API reports it."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON."""
        about = {"state": self.state.value, "reason": self.reason, "error": self.error}
        return {"version": self.version, **about}


def parse(described: dict[str, Any]) -> Overlay:
    """Return the overlay that *described* declares; raises KeyError or ValueError."""
    if described["kind"] not in {FUNCTIONS, TASKS}:
        raise ValueError(f"the kind {described['kind']!r} is neither {FUNCTIONS} nor {TASKS}")
    python = described["python"] if described["kind"] == TASKS else None
    return Overlay(
        kind=described["kind"],
        workload=described["workload"],
        version=described["version"],
        folder=Path(described["folder"]),
        python=Path(python) if python else None,
    )
