"""Parses task definitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.runtime.mounts import Mount, with_folders
from localcloud.runtime.tasks.collectors import without_collectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from localcloud.layout import Layout
    from localcloud.names import Names

DEFAULT_STOP_SECONDS = 30.0


@dataclass(frozen=True)
class HealthCheck:
    """The health check of a container; times in seconds."""

    command: tuple[str, ...]
    interval_seconds: float = 30
    timeout_seconds: float = 5
    retries: int = 3
    start_seconds: float = 0


@dataclass(frozen=True)
class LogConfiguration:
    """The awslogs configuration of a container."""

    group: str
    prefix: str


@dataclass(frozen=True)
class ContainerDefinition:
    """A container definition."""

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    essential: bool = True
    ports: tuple[int, ...] = ()
    stop_seconds: float = DEFAULT_STOP_SECONDS
    working_directory: str | None = None
    health: HealthCheck | None = None
    log: LogConfiguration | None = None
    depends_on: tuple[tuple[str, str], ...] = ()
    """Names of other containers, each with a condition: START, HEALTHY, COMPLETE or SUCCESS."""
    mounts: tuple[Mount, ...] = ()
    """Mounts of EFS volumes."""

    def local_variables(self, names: Names, layout: Layout) -> dict[str, str]:
        """Return the declared variables with addresses and folders on this machine."""
        localized = {name: names.localized(value) for name, value in self.environment.items()}
        return with_folders(localized, self.mounts, layout)


@dataclass(frozen=True)
class TaskDefinition:
    """A task definition with the overrides of RunTask applied."""

    arn: str
    family: str
    containers: tuple[ContainerDefinition, ...]
    role: str | None = None
    """ARN of the task role."""
    cpu_units: float = 0.0
    """Size of the task, 1,024 for a processor; 0 if it has none."""
    memory_mib: float = 0.0
    """Size of the task; 0 if it has none."""


def parse_task_definition(
    described: Mapping[str, Any], overrides: Mapping[str, Any] | None = None
) -> TaskDefinition:
    """Parse a task definition in a response of DescribeTaskDefinition."""
    changed = {one["name"]: one for one in (overrides or {}).get("containerOverrides") or []}
    containers = described.get("containerDefinitions") or []
    unknown = changed.keys() - {one["name"] for one in containers}
    if unknown:
        names = ", ".join(one["name"] for one in containers)
        raise ValueError(
            f"{described['family']} has no container '{min(unknown)}' to override: use one of"
            f" {names}"
        )
    parsed = [
        _container(one, changed.get(one["name"], {}), described.get("volumes") or [])
        for one in containers
    ]
    return TaskDefinition(
        arn=described["taskDefinitionArn"],
        family=described["family"],
        containers=without_collectors(parsed, described["family"]),
        role=(overrides or {}).get("taskRoleArn") or described.get("taskRoleArn") or None,
        cpu_units=_size("cpu", described, overrides, containers),
        memory_mib=_size("memory", described, overrides, containers),
    )


def _size(
    what: str,
    described: Mapping[str, Any],
    overrides: Mapping[str, Any] | None,
    containers: Sequence[Mapping[str, Any]],
) -> float:
    """Return the size of the task, or else the sum of its containers'."""
    given = (overrides or {}).get(what) or described.get(what)
    return float(given) if given else sum(float(one.get(what) or 0) for one in containers)


def _container(
    described: Mapping[str, Any], override: Mapping[str, Any], volumes: Sequence[Mapping[str, Any]]
) -> ContainerDefinition:
    command = override.get("command") or described.get("command") or []
    stop = described.get("stopTimeout")
    pairs = [*(described.get("environment") or []), *(override.get("environment") or [])]
    return ContainerDefinition(
        name=described["name"],
        image=described["image"],
        command=(*(described.get("entryPoint") or []), *command),
        environment={one["name"]: str(one.get("value") or "") for one in pairs},
        secrets={one["name"]: one["valueFrom"] for one in described.get("secrets") or []},
        essential=described.get("essential", True) is not False,
        ports=tuple(int(one["containerPort"]) for one in described.get("portMappings") or []),
        stop_seconds=DEFAULT_STOP_SECONDS if stop is None else float(stop),
        working_directory=described.get("workingDirectory"),
        health=_health(described.get("healthCheck")),
        log=_log(described.get("logConfiguration")),
        depends_on=tuple(
            (one["containerName"], one["condition"]) for one in described.get("dependsOn") or []
        ),
        mounts=tuple(_mounts(described.get("mountPoints") or [], volumes)),
    )


def _mounts(
    points: Sequence[Mapping[str, Any]], volumes: Sequence[Mapping[str, Any]]
) -> Iterator[Mount]:
    by_name = {one["name"]: one.get("efsVolumeConfiguration") for one in volumes}
    for point in points:
        if efs := by_name.get(point.get("sourceVolume")):
            through = (efs.get("authorizationConfig") or {}).get("accessPointId")
            yield Mount(
                path=point["containerPath"],
                source=through or efs["fileSystemId"],
                root="/" if through else efs.get("rootDirectory") or "/",
            )


def _health(described: Mapping[str, Any] | None) -> HealthCheck | None:
    if not described or not described.get("command") or described["command"][0] == "NONE":
        return None
    return HealthCheck(
        command=tuple(described["command"]),
        interval_seconds=float(described.get("interval") or HealthCheck.interval_seconds),
        timeout_seconds=float(described.get("timeout") or HealthCheck.timeout_seconds),
        retries=int(described.get("retries") or HealthCheck.retries),
        start_seconds=float(described.get("startPeriod") or 0),
    )


def _log(described: Mapping[str, Any] | None) -> LogConfiguration | None:
    if not described or described.get("logDriver") != "awslogs":
        return None
    options = described.get("options") or {}
    group = options.get("awslogs-group")
    return LogConfiguration(group, options.get("awslogs-stream-prefix") or "ecs") if group else None


def start_order(containers: Sequence[ContainerDefinition]) -> tuple[ContainerDefinition, ...]:
    """Return *containers* sorted so that each follows its dependencies; raises ValueError."""
    by_name = {one.name: one for one in containers}
    ordered: dict[str, ContainerDefinition] = {}

    def place(one: ContainerDefinition, above: tuple[str, ...]) -> None:
        if one.name in above:
            raise ValueError(f"containers depend on each other: {' -> '.join((*above, one.name))}")
        for needed, _ in one.depends_on:
            if needed not in by_name:
                raise ValueError(
                    f"container {one.name} depends on '{needed}', which does not exist"
                )
            place(by_name[needed], (*above, one.name))
        ordered[one.name] = one

    for one in containers:
        place(one, ())
    return tuple(ordered.values())
