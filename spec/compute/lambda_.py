"""A Lambda function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from spec.model import Artifact, ComputeSpec, Entrance

if TYPE_CHECKING:
    from spec.service import ServiceSpec

HTTP_API_SECONDS = 30  # maximum integration timeout of an HTTP API


class LambdaCompute(ComputeSpec):
    """A Lambda function behind the HTTP API or a queue."""

    KIND = "lambda"
    ENTRANCE = Entrance.HTTP_API
    ARTIFACT = Artifact.ARCHIVE

    kind: Literal["lambda"]
    """A Lambda function."""

    handler: str = Field(default="handler.handler", pattern=r"^\w+(\.\w+)+$")
    """Handler, as `module.function`."""

    memory_mib: int = Field(default=256, ge=128, le=10_240)
    """Memory in MiB; CPU is proportional to it."""

    timeout_seconds: int = Field(default=10, ge=1, le=900)
    """Timeout of an invocation in seconds."""

    reserved_concurrency: int | None = Field(default=None, ge=0)
    """Reserved concurrency; default: the account's unreserved concurrency."""

    def entry_points(self) -> list[tuple[str, str]]:
        """Return the handler."""
        module, _, name = self.handler.rpartition(".")
        return [("handler", f"{module}:{name}")]

    @property
    def delivery_seconds(self) -> int:
        """The function's timeout."""
        return self.timeout_seconds

    def unsupported(self, spec: ServiceSpec) -> list[str]:
        """Reject processes, migrations, two mounts, slow routes and short visibility timeouts."""
        found: list[str] = []
        if spec.processes:
            found.append("remove processes, or write compute.kind: fargate")
        if spec.migrations:
            found.append("remove migrations, or write compute.kind: fargate")
        if spec.seeds:
            found.append("remove seeds, or write compute.kind: fargate: they run in a task")
        found += [
            f"remove jobs.{name}.command: the function gets an event that names the job"
            for name, job in spec.jobs.items()
            if job.command
        ]
        found += [
            f"remove jobs.{name}.cpu and memory_mib: the job runs in the service's function"
            for name, job in spec.jobs.items()
            if job.cpu or job.memory_mib
        ]
        if spec.routes and self.timeout_seconds > HTTP_API_SECONDS:
            found.append(
                f"write compute.timeout_seconds as {HTTP_API_SECONDS} or less: the HTTP API"
                " waits no longer"
            )
        if len(spec.mount_paths) > 1:
            found.append("keep one store that is mounted: a function mounts one file system")
        for where, reader in spec.readers():
            problems = reader.unsupported_in_functions(self.timeout_seconds)
            found += [f"in {where}: {problem}" for problem in problems]
        for name, source in spec.sources.items():
            problems = source.unsupported_in_functions()
            found += [f"in sources.{name}: {problem}" for problem in problems]
        return found
