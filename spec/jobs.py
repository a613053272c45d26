"""Jobs: work that runs to its end, by a schedule or on request."""

from __future__ import annotations

from typing import Self

import pydantic
from pydantic import Field

from spec.command import Command, entry_points
from spec.compute.fargate import require_offered
from spec.model import Model
from spec.schedules import Schedule  # noqa: TC001 - pydantic reads it

CPU, MEMORY_MIB = 256, 512


class Job(Model):
    """A job: a task of its own in a container service, an invocation of a function."""

    command: Command | None = None
    """Command of a container service's job; a function gets an event that names the job."""

    schedule: Schedule | None = None
    """When it runs; default: only by `bulkhead run`."""

    timeout_minutes: int = Field(default=30, ge=1, le=1440)
    """Minutes after which an attempt is stopped; a job has three attempts."""

    cpu: int | None = None
    """CPU units of its task; 1024 are one vCPU; default: 256."""

    memory_mib: int | None = None
    """Memory of its task in MiB; default: 512."""

    @pydantic.model_validator(mode="after")
    def _offered(self) -> Self:
        require_offered(self.cpu or CPU, self.memory_mib or MEMORY_MIB)
        return self

    def entry_points(self) -> list[str]:
        """Return the Python code that the command starts."""
        return entry_points(self.command) if self.command else []
