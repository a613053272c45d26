"""The resources that a task may name: an ECS task, a function and a message."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import aiohttp

from localcloud.runtime.api import error_code
from localcloud.runtime.executions.data import StateError
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

POLL_SECONDS = 0.5
MAX_INVOCATION_SECONDS = 15 * 60 + 60
OK = 200


class Resource(Protocol):
    """What a task calls."""

    @property
    def kind(self) -> str:
        """AWS service."""
        ...

    @property
    def action(self) -> str:
        """What it does."""
        ...

    async def submit(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        """Start it; the same *token* starts no second one. Return what `result` needs."""
        ...

    async def result(self, handle: dict[str, Any]) -> Any:
        """Wait for the output; raises StateError."""
        ...

    async def stop(self, handle: dict[str, Any], reason: str) -> None:
        """Stop it."""
        ...


@dataclass(frozen=True)
class RunTask:
    """`ecs:runTask.sync`: an ECS task, until it stops."""

    context: WorkerContext
    kind: str = "ecs"
    action: str = "runTask.sync"

    async def submit(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        """Start the task, unless one was started with *token*."""
        cluster = given["Cluster"]
        for status in ("RUNNING", "STOPPED"):
            listed = await self.context.aws(
                "ecs", "ListTasks", cluster=cluster, startedBy=token, desiredStatus=status
            )
            if listed["taskArns"]:
                return {"cluster": cluster, "task": listed["taskArns"][0]}
        answer = await self.context.aws("ecs", "RunTask", **_lower(given), startedBy=token)
        for failure in answer.get("failures") or ():
            raise StateError("ECS.AmazonECSException", str(failure.get("reason")))
        return {"cluster": cluster, "task": answer["tasks"][0]["taskArn"]}

    async def result(self, handle: dict[str, Any]) -> Any:
        """Return the stopped task; raises StateError if a container did not exit with 0."""
        while True:
            task = await self._task(handle)
            if task is None or task.get("lastStatus") == "STOPPED":
                break
            await asyncio.sleep(POLL_SECONDS)
        shown = _upper(json.loads(json.dumps(task or {}, default=str)))
        codes = [one.get("exitCode") for one in (task or {}).get("containers") or ()]
        if not codes or any(code != 0 for code in codes):
            raise StateError("States.TaskFailed", json.dumps(shown))
        return shown

    async def stop(self, handle: dict[str, Any], reason: str) -> None:
        """Stop the task."""
        await self.context.aws(
            "ecs", "StopTask", cluster=handle["cluster"], task=handle["task"], reason=reason
        )

    async def _task(self, handle: dict[str, Any]) -> dict[str, Any] | None:
        while True:
            try:
                answer = await self.context.aws(
                    "ecs", "DescribeTasks", cluster=handle["cluster"], tasks=[handle["task"]]
                )
            except CONNECTION_ERRORS as error:
                _LOG.info("%s cannot be described, retrying: %r", handle["task"], error)
                await asyncio.sleep(POLL_SECONDS)
            else:
                return next(iter(answer["tasks"]), None)


@dataclass(frozen=True)
class Invoke:
    """`lambda:invoke`: an invocation, until it answers."""

    context: WorkerContext
    kind: str = "lambda"
    action: str = "invoke"

    async def submit(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        """Return the invocation, which `result` makes: its answer cannot be waited for twice."""
        return {**given, "token": token}

    async def result(self, handle: dict[str, Any]) -> Any:
        """Invoke the function and return its answer."""
        name = quote(handle["FunctionName"], safe="")
        payload = json.dumps(handle.get("Payload", {})).encode()
        limit = aiohttp.ClientTimeout(total=MAX_INVOCATION_SECONDS)
        url = f"{self.context.workers_url}/functions/{name}/invocations"
        try:
            async with self.context.http.post(url, data=io.BytesIO(payload), timeout=limit) as sent:
                body, status, headers = (await sent.read()).decode(), sent.status, sent.headers
        except CONNECTION_ERRORS as error:
            raise StateError("Lambda.Unknown", repr(error)) from error
        if status != OK:
            raise StateError(headers.get("X-Amzn-Errortype", "Lambda.AWSLambdaException"), body)
        if "X-Amz-Function-Error" in headers:
            raise StateError(_error_type(body), body)
        return {"Payload": json.loads(body or "null"), "StatusCode": OK}

    async def stop(self, handle: dict[str, Any], reason: str) -> None:
        """Do nothing: an invocation ends at the timeout of its function."""


@dataclass(frozen=True)
class Send:
    """`sqs:sendMessage`: a message."""

    context: WorkerContext
    kind: str = "sqs"
    action: str = "sendMessage"

    async def submit(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        """Return the message, which `result` sends."""
        return {**given, "token": token}

    async def result(self, handle: dict[str, Any]) -> Any:
        """Send the message."""
        body = handle["MessageBody"]
        text = body if isinstance(body, str) else json.dumps(body)
        answer = await self.context.aws(
            "sqs", "SendMessage", QueueUrl=handle["QueueUrl"], MessageBody=text
        )
        return {"MessageId": answer["MessageId"]}

    async def stop(self, handle: dict[str, Any], reason: str) -> None:
        """Do nothing: it is sent at once."""


def resources(context: WorkerContext) -> dict[str, Resource]:
    """Return the resources by ARN."""
    served: tuple[Resource, ...] = (RunTask(context), Invoke(context), Send(context))
    return {f"arn:aws:states:::{one.kind}:{one.action}": one for one in served}


def refused(error: ClientError, kind: str) -> StateError:
    """Return an error of an AWS service as Step Functions names it."""
    names = {"ecs": "ECS", "lambda": "Lambda", "sqs": "SQS"}
    return StateError(f"{names[kind]}.{error_code(error)}", str(error))


def _error_type(body: str) -> str:
    try:
        return str(json.loads(body).get("errorType") or "Lambda.Unknown")
    except (ValueError, AttributeError):
        return "Lambda.Unknown"


def _lower(value: Any) -> Any:
    """Return *value* under the names of ECS, which begin with a lower-case letter."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _lower(inner) for key, inner in value.items()}
    return [_lower(inner) for inner in value] if isinstance(value, list) else value


def _upper(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: _upper(inner) for key, inner in value.items()}
    return [_upper(inner) for inner in value] if isinstance(value, list) else value
