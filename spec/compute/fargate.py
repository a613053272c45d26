"""Containers on Fargate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, cast

import pydantic
from pydantic import Field

from components.compute.sizes import MEMORY_MIB
from spec.command import Command, entry_points
from spec.model import Artifact, ComputeSpec, Entrance, Model, Name

if TYPE_CHECKING:
    from spec.service import ServiceSpec

PLAIN_HEALTH_PATH = r"^/[A-Za-z0-9/_.-]*$"


def require_offered(cpu: int, memory_mib: int) -> None:
    """Raise ValueError for a task size that Fargate does not offer."""
    offered = MEMORY_MIB.get(cpu)
    if offered is None:
        choices = ", ".join(map(str, MEMORY_MIB))
        raise ValueError(f"write cpu as one of {choices}: Fargate has no task with cpu {cpu}")
    if memory_mib not in offered:
        choices = ", ".join(map(str, offered))
        raise ValueError(
            f"write memory_mib as one of {choices}: Fargate has no task with cpu {cpu} and"
            f" memory_mib {memory_mib}"
        )


class RequestsTarget(Model):
    """Target tracking of requests per task."""

    requests_per_task: int = Field(ge=1)
    """Requests per task and minute."""


class CpuTarget(Model):
    """Target tracking of CPU utilization."""

    cpu_percent: int = Field(ge=10, le=90)
    """Average CPU utilization in percent."""


class MetricTarget(
    pydantic.RootModel[
        Annotated[dict[Name, Annotated[float, Field(gt=0)]], Field(min_length=1, max_length=1)]
    ]
):
    """Target tracking of a metric of the service's own: its total for each task that runs."""

    model_config = pydantic.ConfigDict(
        frozen=True, json_schema_extra={"additionalProperties": False}
    )

    @property
    def metric(self) -> str:
        """Name of the metric."""
        return next(iter(self.root))

    @property
    def per_task(self) -> float:
        """Target value: the total of a minute divided by the number of running tasks."""
        return self.root[self.metric]


OWN_METRIC = "own metric"
PREDEFINED = ("requests_per_task", "cpu_percent")


def _target_kind(value: Any) -> str | None:
    """Return the name of the target's only field, or that it is a metric of its own."""
    if isinstance(value, MetricTarget):
        return OWN_METRIC
    names = cast("dict[str, Any]", value) if isinstance(value, dict) else dir(value)
    found = next((name for name in PREDEFINED if name in names), None)
    if found is None and isinstance(value, dict) and len(names) == 1:
        return OWN_METRIC if "_" not in str(next(iter(names))) else None
    return found


Target = Annotated[
    Annotated[RequestsTarget, pydantic.Tag("requests_per_task")]
    | Annotated[CpuTarget, pydantic.Tag("cpu_percent")]
    | Annotated[MetricTarget, pydantic.Tag(OWN_METRIC)],
    pydantic.Discriminator(_target_kind),
]


class Scaling(Model):
    """Number of tasks and scaling policy."""

    min: int = Field(default=2, ge=1)
    """Minimum number of tasks; two tolerate the failure of a zone."""

    max: int = Field(default=10, ge=1)
    """Maximum number of tasks."""

    target: Target = CpuTarget(cpu_percent=60)
    """Target tracking policy: requests, CPU, or a metric of the service as `{<metric>: 50}`."""

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise ValueError(f"write max as {self.min} or more: it is below min")
        return self


class FargateCompute(ComputeSpec):
    """Containers on Fargate behind the load balancer."""

    KIND = "fargate"
    ENTRANCE = Entrance.LOAD_BALANCER
    ARTIFACT = Artifact.IMAGE
    MAX_ROUTED_NAME_LENGTH = 25  # a target group's name has 32 characters, and ends in a suffix

    kind: Literal["fargate"]
    """Containers on Fargate."""

    command: Command
    """Command; the program reads HOST and PORT from its environment."""

    cpu: int = 256
    """CPU units of a task; 1024 are one vCPU."""

    memory_mib: int = 512
    """Memory of a task in MiB."""

    scaling: Scaling = Scaling()
    """Limits of the number of tasks, and the target tracking policy."""

    health_check: str = Field(default="/health", pattern=PLAIN_HEALTH_PATH)
    """Health check path; it must respond with 200."""

    @pydantic.model_validator(mode="after")
    def _offered(self) -> Self:
        require_offered(self.cpu, self.memory_mib)
        return self

    def entry_points(self) -> list[tuple[str, str]]:
        """Return what the command starts."""
        return [("command", one) for one in entry_points(self.command)]

    @property
    def delivery_seconds(self) -> int:
        """A sixth of the visibility timeout, which a consumer extends while it works."""
        return 10

    @property
    def scaled_on(self) -> str | None:
        """The metric of the target, unless AWS measures it."""
        target = self.scaling.target
        return target.metric if isinstance(target, MetricTarget) else None

    def unsupported(self, spec: ServiceSpec) -> list[str]:
        """Reject CORS, schedules, what no process polls, and jobs without a command."""
        found: list[str] = []
        for where, reader in spec.readers():
            problems = reader.unsupported_in_containers(spec.processes)
            found += [f"in {where}: {problem}" for problem in problems]
        for name, source in spec.sources.items():
            problems = source.unsupported_in_containers(spec.processes)
            found += [f"in sources.{name}: {problem}" for problem in problems]
        polling = {reader.process for _, reader in spec.readers()}
        polling |= {source.polled_by for source in spec.sources.values()}
        found += [
            f"remove processes.{name}.max_count: it scales on the backlog of a queue, and this"
            " process polls none"
            for name, process in spec.processes.items()
            if process.max_count is not None and name not in polling
        ]
        if spec.schedules:
            found.append(
                "write jobs: {<name>: {command: [...], schedule: {...}}} in place of schedules,"
                " which invoke functions"
            )
        found += [
            f"add jobs.{name}.command: the job runs in a task of its own"
            for name, job in spec.jobs.items()
            if not job.command
        ]
        if spec.cors:
            found.append(
                "remove cors, and let the program answer preflight requests, as with Starlette's"
                " CORSMiddleware: a load balancer does not"
            )
        return found
