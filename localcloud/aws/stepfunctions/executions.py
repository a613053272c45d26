"""Executions in the control plane: their history, and what the workers report about them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.core.utils import unix_time_millis, utcnow
from moto.logs.models import logs_backends
from moto.stepfunctions.models import stepfunctions_backends

from localcloud.account import ACCOUNT
from localcloud.aws.stepfunctions import metrics

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

KEPT = timedelta(days=90)
FAILURES = ("Failed", "TimedOut", "Aborted")
LOGGED = {"ALL": ("",), "ERROR": FAILURES, "FATAL": tuple(f"Execution{one}" for one in FAILURES)}
"""Level of a state machine's log -> ends of the types that it contains."""


def begin(machine: Any, execution: Any) -> None:
    """Begin the history of a new execution, and forget those that ended long ago."""
    oldest = utcnow() - KEPT
    machine.executions[:] = [
        one for one in machine.executions if one.stop_date is None or one.stop_date > oldest
    ]
    execution.events, execution.progress = [], {}
    details = {"input": execution.execution_input, "roleArn": machine.roleArn}
    metrics.started(execution)
    append(execution, {"type": "ExecutionStarted", "executionStartedEventDetails": details})


def append(execution: Any, event: dict[str, Any]) -> None:
    """Add an event to the history, and to the log of its state machine."""
    number = len(execution.events) + 1
    whole = {"id": number, "previousEventId": number - 1, "timestamp": utcnow(), **event}
    execution.events.append(whole)
    machine = stepfunctions_backends[ACCOUNT][execution.region_name].describe_state_machine(
        execution.state_machine_arn
    )
    _log(machine, execution, whole)


def end(
    execution: Any,
    status: str,
    *,
    output: str | None = None,
    error: str | None = None,
    cause: str | None = None,
) -> None:
    """End an execution."""
    execution.status, execution.stop_date, execution.progress = status, utcnow(), {}
    execution.output, execution.error, execution.cause = output, error, cause
    metrics.ended(execution)


def running(_endpoints: ControlEndpoints) -> list[dict[str, Any]]:
    """Return every running execution, with what is needed to go on with it."""
    backends: Any = stepfunctions_backends[ACCOUNT].values()
    return [
        {
            "arn": one.execution_arn,
            "name": one.name,
            "stateMachineArn": machine.arn,
            "definition": json.loads(machine.definition),
            "input": one.execution_input,
            "started": one.start_date.isoformat(),
            "progress": one.progress,
            "events": len(one.events),
        }
        for backend in backends
        for machine in backend.state_machines
        for one in machine.executions
        if one.status == "RUNNING" and hasattr(one, "events")
    ]


def report(body: dict[str, Any]) -> None:
    """Merge what the workers report: events after the first `known`, progress, and the end.

    An execution that has been stopped since stays stopped.
    """
    backend = stepfunctions_backends[ACCOUNT][body["arn"].split(":")[3]]
    execution: Any = backend.describe_execution(body["arn"])
    if execution.status != "RUNNING":
        return
    for event in body.get("events", [])[max(0, len(execution.events) - body["known"]) :]:
        append(execution, event)
    execution.progress = body.get("progress", execution.progress)
    if status := body.get("status"):
        texts = {name: body.get(name) for name in ("output", "error", "cause")}
        end(execution, status, **texts)


def _log(machine: Any, execution: Any, event: dict[str, Any]) -> None:
    settings = machine.loggingConfiguration or {}
    ends = LOGGED.get(settings.get("level") or "OFF", ())
    if not event["type"].endswith(ends) or not ends:
        return
    with_data = settings.get("includeExecutionData")
    for destination in settings.get("destinations") or ():
        group = destination["cloudWatchLogsLogGroup"]["logGroupArn"].split(":")[6]
        details = {key: value for key, value in event.items() if key.endswith("Details")}
        line = {
            "id": str(event["id"]),
            "type": event["type"],
            "previous_event_id": str(event["previousEventId"]),
            "event_timestamp": str(int(event["timestamp"].timestamp() * 1000)),
            "execution_arn": execution.execution_arn,
            **({"details": details} if with_data and details else {}),
        }
        backend: Any = logs_backends[ACCOUNT][execution.region_name]
        stream = f"states/{machine.name}/{datetime.now():%Y-%m-%d}"  # noqa: DTZ005 - a name
        if stream not in backend.groups[group].streams:
            backend.create_log_stream(group, stream)
        entry = {"timestamp": int(unix_time_millis()), "message": json.dumps(line)}
        backend.put_log_events(group, stream, [entry])
