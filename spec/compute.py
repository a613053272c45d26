"""How a service runs: as containers on Fargate, or as a Lambda function."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self, cast

import pydantic
from pydantic import Field

MIB_PER_GIB = 1024
FARGATE_MEMORY_MIB: dict[int, list[int]] = {  # the pairs that Fargate offers
    256: [512, 1024, 2048],
    512: [1024, 2048, 3072, 4096],
    1024: list(range(2048, 8 * MIB_PER_GIB + 1, 1024)),
    2048: list(range(4096, 16 * MIB_PER_GIB + 1, 1024)),
    4096: list(range(8192, 30 * MIB_PER_GIB + 1, 1024)),
    8192: list(range(16384, 60 * MIB_PER_GIB + 1, 4096)),
    16384: list(range(32768, 120 * MIB_PER_GIB + 1, 8192)),
}
ADDRESS = re.compile(
    r"(^|\D)(\d{1,3}(\.\d{1,3}){3})(\D|$)"  # an IPv4 address
    r"|localhost|\[::1?\]"
    r"|[\w\]]:\d{2,5}$"  # host:port
    r"|^--?(host|port|bind)(=|$)"
)
PLAIN_HEALTH_PATH = r"^/[A-Za-z0-9/_.-]*$"


class Model(pydantic.BaseModel):
    """A part of a description: it does not change, and knows each of its fields."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def reads_its_address(command: list[str]) -> list[str]:
    """Refuse a command that fixes where it listens."""
    for word in command:
        if ADDRESS.search(word):
            message = (
                f"remove {word!r} from the command and let the program read HOST and PORT from"
                " its environment: two tasks may share one machine"
            )
            raise ValueError(message)
    return command


Command = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    Field(min_length=1),
    pydantic.AfterValidator(reads_its_address),
]


def offered_by_fargate(cpu: int, memory_mib: int) -> None:
    """Refuse a size that Fargate does not have."""
    offered = FARGATE_MEMORY_MIB.get(cpu)
    if offered is None:
        choices = ", ".join(map(str, FARGATE_MEMORY_MIB))
        raise ValueError(f"write cpu as one of {choices}: Fargate has no task with cpu {cpu}")
    if memory_mib not in offered:
        choices = ", ".join(map(str, offered))
        raise ValueError(
            f"write memory_mib as one of {choices}: Fargate has no task with cpu {cpu} and"
            f" memory_mib {memory_mib}"
        )


class RequestsTarget(Model):
    """Scale so that each task serves this many requests a minute."""

    requests_per_task: int = Field(ge=1)
    """Requests that the load balancer should send to each task in one minute."""


class CpuTarget(Model):
    """Scale so that the tasks use this share of their CPU on average."""

    cpu_percent: int = Field(ge=10, le=90)
    """Average CPU use to hold, in percent."""


def _target_kind(value: Any) -> str | None:
    """Tell the targets apart by their only field."""
    names = cast("dict[str, Any]", value) if isinstance(value, dict) else dir(value)
    return next((name for name in ("requests_per_task", "cpu_percent") if name in names), None)


Target = Annotated[
    Annotated[RequestsTarget, pydantic.Tag("requests_per_task")]
    | Annotated[CpuTarget, pydantic.Tag("cpu_percent")],
    pydantic.Discriminator(_target_kind),
]


class Scaling(Model):
    """How many tasks run."""

    min: int = Field(default=2, ge=1)
    """The fewest tasks; two survive the loss of a zone."""

    max: int = Field(default=10, ge=1)
    """The most tasks."""

    target: Target = CpuTarget(cpu_percent=60)
    """What is held level between the two."""

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise ValueError(f"write max as {self.min} or more: it is below min")
        return self


class FargateCompute(Model):
    """Containers behind the load balancer, without machines to look after."""

    kind: Literal["fargate"]
    """Containers on Fargate."""

    command: Command
    """What starts the service; the program reads HOST and PORT from its environment."""

    cpu: int = 256
    """CPU units of a task; 1024 are one core."""

    memory_mib: int = 512
    """Memory of a task."""

    scaling: Scaling = Scaling()
    """Between how many tasks, and by what, it grows and shrinks."""

    health_check: str = Field(default="/health", pattern=PLAIN_HEALTH_PATH)
    """The path that answers 200 while a task can serve."""

    @pydantic.model_validator(mode="after")
    def _offered(self) -> Self:
        offered_by_fargate(self.cpu, self.memory_mib)
        return self


class LambdaCompute(Model):
    """A function behind the HTTP API or a queue."""

    kind: Literal["lambda"]
    """A Lambda function."""

    handler: str = Field(default="handler.handler", pattern=r"^\w+(\.\w+)+$")
    """Module and function, as `handler.handler`."""

    memory_mib: int = Field(default=256, ge=128, le=10_240)
    """Memory of an execution environment; its CPU grows with it."""

    timeout_seconds: int = Field(default=10, ge=1, le=900)
    """Longest run of one invocation."""

    reserved_concurrency: int | None = Field(default=None, ge=0)
    """Share of the account's concurrency kept for it, and its limit; absent: unreserved."""


Compute = Annotated[FargateCompute | LambdaCompute, Field(discriminator="kind")]


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
        offered_by_fargate(self.cpu, self.memory_mib)
        return self


class Migrations(Model):
    """Changes of the database's form, run once per deployment before new tasks start."""

    directory: str = Field(default="migrations", pattern=r"^[a-z][a-z0-9_/-]*$")
    """Where the numbered SQL files are, beside service.yaml."""

    command: Command
    """What runs them."""
