"""Additional processes of a service, and the migrations of its database."""

from __future__ import annotations

from typing import Self

import pydantic
from pydantic import Field

from spec.command import Command, entry_points
from spec.compute.fargate import require_offered
from spec.model import Model


class Process(Model):
    """An additional process, in tasks of its own and without routes."""

    command: Command
    """Command."""

    cpu: int = 256
    """CPU units of a task; 1024 are one vCPU."""

    memory_mib: int = 512
    """Memory of a task in MiB."""

    count: int = Field(default=1, ge=1)
    """Number of tasks."""

    max_count: int | None = Field(default=None, ge=1)
    """Maximum number of tasks of a process that polls queues, which scales on their backlog;
    default: count."""

    messages_per_task: int = Field(default=100, ge=1)
    """Backlog per task that scaling aims at: what a task handles in an acceptable latency."""

    @pydantic.model_validator(mode="after")
    def _offered(self) -> Self:
        if self.max_count is not None and self.max_count < self.count:
            raise ValueError(f"write max_count as {self.count} or more: it is below count")
        if self.max_count is None and "messages_per_task" in self.model_fields_set:
            raise ValueError("add max_count, or remove messages_per_task: it does not scale")
        require_offered(self.cpu, self.memory_mib)
        return self

    def entry_points(self) -> list[str]:
        """Return the Python code that the command starts."""
        return entry_points(self.command)


class Seeds(Model):
    """Data to work with on a developer's machine, written by `bulkhead seed`."""

    directory: str = Field(default="seeds", pattern=r"^[a-z][a-z0-9_/-]*$")
    """Directory of the seeds, beside service.yaml."""

    command: Command
    """Command of the one-off task that writes them; it may run more than once."""

    def entry_points(self) -> list[str]:
        """Return the Python code that the command starts."""
        return entry_points(self.command)


class Migrations(Model):
    """Database migrations, run once per deployment before new tasks start."""

    directory: str = Field(default="migrations", pattern=r"^[a-z][a-z0-9_/-]*$")
    """Directory of the numbered SQL files, beside service.yaml."""

    command: Command
    """Command of the one-off task that runs them."""

    def entry_points(self) -> list[str]:
        """Return the Python code that the command starts."""
        return entry_points(self.command)
