"""Runs one execution, and goes on with it after the process ended."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.runtime.executions.data import TIMEOUT, StateError, matching, merged, parameters
from localcloud.runtime.executions.resources import Resource, refused, resources
from localcloud.runtime.functions.asynchronous import retry_scale
from localcloud.runtime.functions.definition import CONNECTION_ERRORS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.runtime.context import WorkerContext

    Report = Callable[[dict[str, Any]], Awaitable[None]]

DEFAULTS = {"IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2.0}  # of a retrier


class Execution:
    """The states of an execution, one after the other.

    Progress is reported before and after each step: the state, its input, the attempts of its
    retriers, and what its task has started.
    """

    def __init__(self, context: WorkerContext, found: dict[str, Any], report: Report) -> None:
        """Go on with *found*, as the control plane describes it; *report* what happens."""
        self._resources = resources(context)
        self._found = found
        self._report = report
        self._known: int = found["events"]
        self._progress: dict[str, Any] = found["progress"]
        self._states: dict[str, Any] = found["definition"]["States"]

    async def run(self) -> None:
        """Run until the execution has ended."""
        if not self._progress:
            data = json.loads(self._found["input"])
            await self._enter(self._found["definition"]["StartAt"], data)
        while True:
            name, data = self._progress["state"], self._progress["input"]
            state = self._states[name]
            if state["Type"] != "Task":
                await self._finish(state, data)
                return
            try:
                result = await self._attempts(name, state, data)
            except StateError as error:
                index = matching(state.get("Catch") or (), error.name)
                if index is None:
                    await self._fail(error.name, error.cause)
                    return
                catcher = state["Catch"][index]
                caught = {"Error": error.name, "Cause": error.cause}
                data = merged(data, catcher.get("ResultPath", "$"), caught)
                following = catcher["Next"]
            else:
                data = merged(data, state.get("ResultPath", "$"), result)
                following = state.get("Next")
            left = _event("TaskStateExited", "stateExited", name=name, output=json.dumps(data))
            if following is None:
                await self._succeed(data, left)
                return
            await self._enter(following, data, left)

    async def stop(self, reason: str) -> None:
        """Stop what the current task has started."""
        handle = self._progress.get("handle")
        if handle:
            resource = self._resources[self._states[self._progress["state"]]["Resource"]]
            await resource.stop(handle, reason)

    async def _enter(self, name: str, data: Any, *before: dict[str, Any]) -> None:
        kind = self._states[name]["Type"]
        entered = _event(f"{kind}StateEntered", "stateEntered", name=name, input=json.dumps(data))
        self._progress = {"state": name, "input": data, "retries": {}, "attempt": 0}
        await self._tell(*before, entered)

    async def _attempts(self, name: str, state: dict[str, Any], data: Any) -> Any:
        """Return the output of a task; raises StateError once no retrier handles an error."""
        resource = self._resources[state["Resource"]]
        about = {"resourceType": resource.kind, "resource": resource.action}
        while True:
            await asyncio.sleep(max(0.0, self._progress.get("not_before", 0.0) - time.time()))
            try:
                result = await self._attempt(name, state, resource, data)
            except StateError as error:
                timed_out = error.name == TIMEOUT
                kind = "TaskTimedOut" if timed_out else "TaskFailed"
                failed = _event(
                    kind, kind[0].lower() + kind[1:], **about, error=error.name, cause=error.cause
                )
                again = self._prepare_retry(state, error.name)
                await self._tell(failed)
                if not again:
                    raise
            else:
                output = json.dumps(result)
                await self._tell(_event("TaskSucceeded", "taskSucceeded", **about, output=output))
                return result

    def _prepare_retry(self, state: dict[str, Any], error: str) -> bool:
        """Prepare the next attempt; return whether there is one."""
        retriers = state.get("Retry") or ()
        index = matching(retriers, error)
        if index is None:
            return False
        retrier = DEFAULTS | retriers[index]
        done = self._progress["retries"].get(str(index), 0)
        if done >= retrier["MaxAttempts"]:
            return False
        delay = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** done * retry_scale()
        self._progress = {
            **self._progress,
            "retries": {**self._progress["retries"], str(index): done + 1},
            "attempt": self._progress["attempt"] + 1,
            "handle": None,
            "since": None,
            "not_before": time.time() + delay,
        }
        return True

    async def _attempt(
        self, name: str, state: dict[str, Any], resource: Resource, data: Any
    ) -> Any:
        about = {"resourceType": resource.kind, "resource": resource.action}
        try:
            handle = self._progress.get("handle")
            if handle is None:
                given = parameters(state.get("Parameters") or {}, data, self._context_object(name))
                region = self._found["arn"].split(":")[3]
                scheduled = {"region": region, "parameters": json.dumps(given)}
                self._progress = {**self._progress, "since": time.time()}
                await self._tell(_event("TaskScheduled", "taskScheduled", **about, **scheduled))
                handle = await resource.submit(given, self._token())
                self._progress = {**self._progress, "handle": handle}
                output = json.dumps(handle)
                await self._tell(_event("TaskSubmitted", "taskSubmitted", **about, output=output))
            return await self._in_time(resource, handle, state.get("TimeoutSeconds"))
        except ClientError as error:
            raise refused(error, resource.kind) from error
        except CONNECTION_ERRORS as error:
            raise StateError("States.TaskFailed", repr(error)) from error

    async def _in_time(
        self, resource: Resource, handle: dict[str, Any], seconds: float | None
    ) -> Any:
        left = None if seconds is None else self._progress["since"] + seconds - time.time()
        work = asyncio.ensure_future(resource.result(handle))
        try:
            done, _ = await asyncio.wait([work], timeout=None if left is None else max(0.0, left))
            if done:
                return work.result()
        finally:
            work.cancel()
        await resource.stop(handle, "the task exceeded its TimeoutSeconds")
        raise StateError(TIMEOUT, f"the task exceeded {seconds} seconds")

    def _token(self) -> str:
        attempt = f"{self._found['arn']} {self._progress['state']} {self._progress['attempt']}"
        return hashlib.blake2b(attempt.encode(), digest_size=16).hexdigest()

    def _context_object(self, state: str) -> dict[str, Any]:
        found = self._found
        return {
            "Execution": {
                "Id": found["arn"],
                "Name": found["name"],
                "StartTime": found["started"],
                "Input": json.loads(found["input"]),
            },
            "State": {"Name": state},
            "StateMachine": {"Id": found["stateMachineArn"]},
        }

    async def _finish(self, state: dict[str, Any], data: Any) -> None:
        if state["Type"] == "Succeed":
            name, output = self._progress["state"], json.dumps(data)
            left = _event("SucceedStateExited", "stateExited", name=name, output=output)
            await self._succeed(data, left)
        else:
            await self._fail(state.get("Error"), state.get("Cause"))

    async def _succeed(self, data: Any, *before: dict[str, Any]) -> None:
        output = json.dumps(data)
        event = _event("ExecutionSucceeded", "executionSucceeded", output=output)
        await self._tell(*before, event, status="SUCCEEDED", output=output)

    async def _fail(self, error: str | None, cause: str | None) -> None:
        event = _event("ExecutionFailed", "executionFailed", error=error, cause=cause)
        await self._tell(event, status="FAILED", error=error, cause=cause)

    async def _tell(self, *events: dict[str, Any], **end: Any) -> None:
        body = {
            "arn": self._found["arn"],
            "known": self._known,
            "events": list(events),
            "progress": self._progress,
            **end,
        }
        await self._report(body)
        self._known += len(events)


def _event(kind: str, details: str, **values: Any) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value is not None}
    return {"type": kind, f"{details}EventDetails": given}
