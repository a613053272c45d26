"""Calls of the ECS runtime to the emulated AWS and to the front door."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
from botocore.exceptions import ClientError

from localcloud.ports import HOST, claim
from localcloud.runtime.api import error_code
from localcloud.runtime.tasks.secrets import (
    SecretUnavailableError,
    parameter_name,
    secret_reference,
)

if TYPE_CHECKING:
    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

MAX_DESCRIBED_SERVICES, MAX_DESCRIBED_TASKS = 10, 100
FRONT_DOOR_SECONDS = 2.0


class Cloud(Protocol):
    """The emulated AWS and the front door, as the ECS runtime uses them."""

    async def services(self) -> list[dict[str, Any]]:
        """Return all services of all clusters."""
        ...

    async def tasks(self) -> list[dict[str, Any]]:
        """Return all tasks of all clusters that have not stopped."""
        ...

    async def task_definition(self, name: str) -> dict[str, Any]:
        """Return a task definition."""
        ...

    async def report_service(self, content: dict[str, Any]) -> None:
        """Report the state of a service to the control plane."""
        ...

    async def report_task(self, content: dict[str, Any]) -> None:
        """Report the state of a task to the control plane."""
        ...

    async def secret(self, value_from: str) -> str:
        """Return the value of a secret or parameter."""
        ...

    async def register(self, group: str, address: str) -> None:
        """Register *address* in a target group."""
        ...

    async def deregister(self, group: str, address: str) -> None:
        """Deregister *address* from a target group; idempotent."""
        ...

    async def registered(self, group: str) -> list[str]:
        """Return the registered addresses of a target group."""
        ...

    async def deregistration_delay(self, group: str) -> float:
        """Return the deregistration delay of a target group in seconds."""
        ...

    async def targets(self) -> dict[str, dict[str, dict[str, Any]]] | None:
        """Return the front door's targets by group and address; None if it is down."""
        ...


class EmulatedCloud:
    """Calls the emulated AWS and the front door."""

    def __init__(self, context: WorkerContext) -> None:
        """Use the connections of *context*."""
        self._context = context
        self._aws = context.aws
        self._definitions: dict[str, dict[str, Any]] = {}
        self._front_door = f"http://{HOST}:{claim(context.layout, 'frontdoor')}/targets"

    async def services(self) -> list[dict[str, Any]]:
        """Return all services of all clusters."""
        found: list[dict[str, Any]] = []
        for cluster in await self._aws.pages("ecs", "ListClusters", "clusterArns"):
            arns = await self._pages("ListServices", "serviceArns", cluster=cluster)
            for begin in range(0, len(arns), MAX_DESCRIBED_SERVICES):
                some = arns[begin : begin + MAX_DESCRIBED_SERVICES]
                answer = await self._aws(
                    "ecs", "DescribeServices", cluster=cluster, services=some, include=["TAGS"]
                )
                found += answer["services"]
        return found

    async def tasks(self) -> list[dict[str, Any]]:
        """Return all tasks of all clusters that have not stopped."""
        found: list[dict[str, Any]] = []
        for cluster in await self._aws.pages("ecs", "ListClusters", "clusterArns"):
            listed: set[str] = set()
            for status in ("RUNNING", "STOPPED"):
                listed |= set(
                    await self._pages(
                        "ListTasks", "taskArns", cluster=cluster, desiredStatus=status
                    )
                )
            arns = sorted(listed)
            for begin in range(0, len(arns), MAX_DESCRIBED_TASKS):
                some = arns[begin : begin + MAX_DESCRIBED_TASKS]
                answer = await self._aws("ecs", "DescribeTasks", cluster=cluster, tasks=some)
                found += [one for one in answer["tasks"] if one.get("lastStatus") != "STOPPED"]
        return found

    async def task_definition(self, name: str) -> dict[str, Any]:
        """Return a task definition; one with a revision never changes."""
        if name not in self._definitions:
            answer = await self._aws("ecs", "DescribeTaskDefinition", taskDefinition=name)
            found = answer["taskDefinition"]
            if ":" not in name.rpartition("/")[2]:
                return found
            self._definitions[name] = found
        return self._definitions[name]

    async def report_service(self, content: dict[str, Any]) -> None:
        """Report the state of a service to the control plane."""
        await self._put("ecs/services", content)

    async def report_task(self, content: dict[str, Any]) -> None:
        """Report the state of a task to the control plane."""
        await self._put("ecs/tasks", content)

    async def secret(self, value_from: str) -> str:
        """Return the value of a secret or parameter."""
        reference = secret_reference(value_from)
        try:
            if reference is None:
                name = parameter_name(value_from)
                answer = await self._aws("ssm", "GetParameter", Name=name, WithDecryption=True)
                return answer["Parameter"]["Value"]
            asked = {"SecretId": reference.arn}
            if reference.version_stage:
                asked["VersionStage"] = reference.version_stage
            if reference.version_id:
                asked["VersionId"] = reference.version_id
            answer = await self._aws("secretsmanager", "GetSecretValue", **asked)  # pyright: ignore[reportArgumentType]
        except ClientError as error:
            raise SecretUnavailableError(
                f"ResourceInitializationError: {value_from} cannot be read: {error}"
            ) from error
        return reference.pick(answer.get("SecretString") or "")

    async def register(self, group: str, address: str) -> None:
        """Register *address* in a target group."""
        await self._aws("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=_targets(address))

    async def deregister(self, group: str, address: str) -> None:
        """Deregister *address* from a target group; idempotent."""
        try:
            targets = _targets(address)
            await self._aws("elbv2", "DeregisterTargets", TargetGroupArn=group, Targets=targets)
        except ClientError as error:
            if error_code(error) not in {"InvalidTarget", "TargetGroupNotFound"}:
                raise

    async def registered(self, group: str) -> list[str]:
        """Return the registered addresses of a target group."""
        answer = await self._aws("elbv2", "DescribeTargetHealth", TargetGroupArn=group)
        return [
            f"{one['Target']['Id']}:{one['Target'].get('Port')}"
            for one in answer.get("TargetHealthDescriptions", [])
        ]

    async def deregistration_delay(self, group: str) -> float:
        """Return the deregistration delay of a target group in seconds."""
        answer = await self._aws("elbv2", "DescribeTargetGroupAttributes", TargetGroupArn=group)
        found = {one["Key"]: one["Value"] for one in answer.get("Attributes", [])}
        return float(found.get("deregistration_delay.timeout_seconds") or 300)

    async def targets(self) -> dict[str, dict[str, dict[str, Any]]] | None:
        """Return the front door's targets by group and address; None if it is down."""
        limit = aiohttp.ClientTimeout(total=FRONT_DOOR_SECONDS)
        try:
            async with self._context.http.get(self._front_door, timeout=limit) as response:
                content = await response.json()
                return content["groups"] if content["configuration"] else None
        except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
            return None

    async def _pages(self, operation: str, key: str, **parameters: Any) -> list[str]:
        """Return the elements of *key* from all pages; ECS spells the token `nextToken`."""
        found: list[str] = []
        while True:
            answer = await self._aws("ecs", operation, **parameters)
            found += answer.get(key, [])
            if not answer.get("nextToken"):
                return found
            parameters["nextToken"] = answer["nextToken"]

    async def _put(self, path: str, content: dict[str, Any]) -> None:
        url = f"{self._context.endpoint}/_bulkhead/{path}"
        async with self._context.http.put(url, json=content) as response:
            await response.read()
            response.raise_for_status()


def _targets(address: str) -> list[dict[str, Any]]:
    host, _, port = address.rpartition(":")
    return [{"Id": host, "Port": int(port)}]


UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError, ClientError, OSError)
"""Exceptions of calls while the control plane is unreachable or returns an error."""
