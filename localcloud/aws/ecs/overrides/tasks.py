"""ECS tasks: reported by the workers, and standalone tasks for the workers to start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Task, ecs_backends
from moto.moto_api._internal import mock_random

from localcloud.account import ACCOUNT

KEPT = timedelta(minutes=10)
"""Time for which a stopped task can be described."""

_SETTLED = {"RUNNING": "CONNECTED", "STOPPED": "DISCONNECTED"}


class LocalTask(Task):
    """A task that runs as a process of the workers, in its last reported state."""

    def __init__(self, backend: Any, cluster: Cluster, definition: Any, group: str) -> None:
        """Create a task that is not running yet."""
        self.id = mock_random.get_random_hex(32)
        self.cluster_name, self.cluster_arn = cluster.name, cluster.arn
        self.region_name, self._account_id, self._backend = (
            cluster.region_name,
            backend.account_id,
            backend,
        )
        self.task_definition_arn = definition.arn
        self.group = group
        self.desired_status, self.bulkhead_status = "RUNNING", "PROVISIONING"
        self.overrides: dict[str, Any] = {}
        self.tags: list[dict[str, str]] = []
        self.attachments: list[dict[str, Any]] = []
        self.started_by = self.stopped_reason = ""
        self.launch_type, self.platform_version = "FARGATE", "1.4.0"
        self.container_instance_arn = self.capacity_provider_name = None
        self.resource_requirements = None
        self.cpu, self.memory = definition.cpu, definition.memory
        self.created_at = datetime.now(UTC)
        self.started_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.stop_code: str | None = None
        self.connectivity = "DISCONNECTED"
        self.version = 1
        self.containers = [
            {
                "containerArn": f"{self.task_arn.replace(':task/', ':container/')}/{number}",
                "taskArn": self.task_arn,
                "name": container["name"],
                "image": container.get("image"),
                "lastStatus": "PENDING",
            }
            for number, container in enumerate(definition.container_definitions)
        ]

    @property
    def status(self) -> str:
        """The last status."""
        return self.bulkhead_status

    @status.setter
    def status(self, value: str) -> None:
        self.bulkhead_status = value
        self.connectivity = _SETTLED.get(value, self.connectivity)
        now = datetime.now(UTC)
        if value == "RUNNING":
            self.started_at = self.started_at or now
        if value == "STOPPED":
            self.stopped_at = self.stopped_at or now
            self.stop_code = self.stop_code or "EssentialContainerExited"

    def advance(self) -> None:
        """Do nothing: the workers report the status."""


def install() -> None:
    """Replace moto's simulated tasks."""
    backend: Any = EC2ContainerServiceBackend
    backend.run_task = _run
    backend.stop_task = _stop
    backend.describe_tasks = _describe
    backend.list_tasks = _list


def report(body: dict[str, Any]) -> None:
    """Merge the workers' report on a task."""
    arn: str = body["taskArn"]
    backend: Any = ecs_backends[ACCOUNT][arn.split(":")[3]]
    cluster = backend._get_cluster(body["clusterArn"])  # noqa: SLF001 - moto has no other way
    tasks = backend.tasks.setdefault(cluster.name, {})
    task: Any = _find(tasks, arn)
    if task is None:
        definition = backend.describe_task_definition(body["taskDefinitionArn"])
        task = LocalTask(backend, cluster, definition, body.get("group", ""))
        task.id = arn.rsplit("/", 1)[-1]
        for container in task.containers:
            container["taskArn"] = task.task_arn
        if task.group.startswith("service:"):
            task.started_by = "ecs-svc/local"
        tasks[task.task_arn] = task
    _merge(task, body)
    _forget_old(tasks)


def _merge(task: LocalTask, body: dict[str, Any]) -> None:
    task.version += 1
    task.desired_status = body.get("desiredStatus", task.desired_status)
    task.stopped_reason = body.get("stoppedReason") or task.stopped_reason
    if "lastStatus" in body:
        task.status = body["lastStatus"]
    for found in body.get("containers", []):
        for container in task.containers:
            if container["name"] == found.get("name"):
                container.update({k: v for k, v in found.items() if v is not None})
    if address := body.get("privateIp"):
        details = [{"name": "privateIPv4Address", "value": address}]
        kind = "ElasticNetworkInterface"
        task.attachments = [{"id": task.id, "type": kind, "status": "ATTACHED", "details": details}]
        for container in task.containers:
            container["networkInterfaces"] = [{"privateIpv4Address": address}]
            if port := body.get("hostPort"):
                container["networkBindings"] = [{"bindIP": address, "hostPort": port}]


def _run(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    cluster_str: str,
    task_definition_str: str,
    count: int,
    overrides: dict[str, Any] | None,
    started_by: str,
    tags: list[dict[str, str]] | None,
    launch_type: str | None,
    networking_configuration: dict[str, Any] | None = None,
    group: str | None = None,
    platform_version: str | None = None,
    capacity_provider_strategy: list[dict[str, Any]] | None = None,
) -> list[Any]:
    cluster = self._get_cluster(cluster_str)
    definition = self.describe_task_definition(task_definition_str)
    if definition.network_mode == "awsvpc" and not networking_configuration:
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if launch_type and capacity_provider_strategy:
        raise InvalidParameterException(
            "Specify either Launch Type or Capacity Provider Strategy, but not both."
        )
    made = []
    for _ in range(count or 1):
        task: Any = LocalTask(self, cluster, definition, group or f"family:{definition.family}")
        task.overrides, task.tags = overrides or {}, tags or []
        task.started_by = started_by or ""
        task.launch_type = launch_type or "FARGATE"
        task.platform_version = platform_version or "1.4.0"
        self.tasks.setdefault(cluster.name, {})[task.task_arn] = task
        made.append(task)
    return made


def _stop(self: Any, cluster_str: str, task_str: str, reason: str | None) -> LocalTask:
    cluster = self._get_cluster(cluster_str)
    task = _find(self.tasks.get(cluster.name, {}), task_str)
    if task is None:
        raise InvalidParameterException("The referenced task was not found.")
    task.desired_status = "STOPPED"
    task.stopped_reason = reason or "Task stopped by user"
    task.stop_code = "UserInitiated"
    return task


def _describe(self: Any, cluster_str: str, tasks: list[str]) -> list[Any]:
    cluster = self._get_cluster(cluster_str)
    if not tasks:
        raise InvalidParameterException("Tasks cannot be empty.")
    known = self.tasks.get(cluster.name, {})
    return [found for name in tasks if (found := _find(known, name))]


def _list(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    cluster_str: str | None = None,
    container_instance: str | None = None,
    family: str | None = None,
    started_by: str | None = None,
    service_name: str | None = None,
    desired_status: str | None = None,
) -> list[Any]:
    cluster = self._get_cluster(cluster_str or "default")
    tasks = self.tasks.get(cluster.name, {})
    _forget_old(tasks)
    wanted = {
        "container_instance_arn": container_instance,
        "started_by": started_by,
        "group": service_name and f"service:{service_name.rsplit('/', 1)[-1]}",
        "desired_status": desired_status or "RUNNING",
    }
    return [
        task
        for task in tasks.values()
        if all(value is None or getattr(task, name) == value for name, value in wanted.items())
        and (family is None or f":task-definition/{family}:" in task.task_definition_arn)
    ]


def _find(tasks: dict[str, LocalTask], name: str) -> LocalTask | None:
    wanted = name.rsplit("/", 1)[-1]
    return next((task for task in tasks.values() if task.id == wanted), None)


def _forget_old(tasks: dict[str, LocalTask]) -> None:
    oldest = datetime.now(UTC) - KEPT
    for arn, task in list(tasks.items()):
        if task.status == "STOPPED" and task.stopped_at and task.stopped_at < oldest:
            del tasks[arn]
