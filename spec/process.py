"""Further programs of a service, and the migrations of its database."""

from __future__ import annotations

from typing import Self

import pydantic
from pydantic import Field

from spec.command import Command, entry_points
from spec.compute.fargate import require_offered
from spec.model import Model


class Process(Model):
    """A second program of the service, in tasks of its own and without a route."""

    command: Command
    """What starts it."""

    cpu: int = 256
    """CPU units of a task."""

    memory_mib: int = 512
    """Memory of a task."""

    count: int = Field(default=1, ge=1)
    """Tasks that run at the same time."""

    @pydantic.model_validator(mode="after")
    def _offered(self) -> Self:
        require_offered(self.cpu, self.memory_mib)
        return self

    def entry_points(self) -> list[str]:
        """Return the Python code that the command starts."""
        return entry_points(self.command)


class Migrations(Model):
    """Changes of the database schema, run once per deployment before new tasks start."""

    directory: str = Field(default="migrations", pattern=r"^[a-z][a-z0-9_/-]*$")
    """Where the numbered SQL files are, beside service.yaml."""

    command: Command
    """What runs them."""

    def entry_points(self) -> list[str]:
        """Return the Python code that the command starts."""
        return entry_points(self.command)
