"""Step Functions: executions run in the workers; moto's succeed as soon as they are read."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.responses import StepFunctionResponse

from localcloud.aws.stepfunctions import definitions, executions

NOT_SERVED = (
    "create_activity", "create_state_machine_alias", "send_task_failure", "send_task_heartbeat",
    "send_task_success", "update_map_run",
)  # fmt: skip
_create = StepFunctionResponse.create_state_machine
_update = StepFunctionResponse.update_state_machine
_start = StateMachine.start_execution


def install() -> None:
    """Replace these operations of moto."""
    handler: Any = StepFunctionResponse
    handler.create_state_machine = _created
    handler.update_state_machine = _updated
    handler.get_execution_history = _history
    handler.stop_execution = _stopped
    for operation in NOT_SERVED:
        setattr(handler, operation, _not_supported)
    machine: Any = StateMachine
    machine.start_execution = _started


def _validate(self: Any) -> None:
    definition = self._get_param("definition")
    if definition is None:
        return
    if reason := definitions.problem(definition):
        raise AWSError(f"Invalid State Machine Definition: '{reason}'", "InvalidDefinition", 400)
    if found := definitions.unsupported(definition, self._get_param("type") or "STANDARD"):
        raise NotImplementedError(f"{found}: it runs state machines of jobs only")


def _created(self: Any) -> Any:
    _validate(self)
    name, backend = self._get_param("name"), self.stepfunction_backend
    same = ("definition", "roleArn")
    for known in backend.state_machines:
        if known.name == name and any(self._get_param(k) != getattr(known, k) for k in same):
            message = f"State Machine Already Exists: '{known.arn}'"
            raise AWSError(message, "StateMachineAlreadyExists", 400)
    return _create(self)


def _updated(self: Any) -> Any:
    _validate(self)
    return _update(self)


def _started(self: Any, *args: Any, **kwargs: Any) -> Any:
    """Start an execution; one with the same name and input is returned again."""
    execution = _start(self, *args, **kwargs)
    if not hasattr(execution, "events"):
        executions.begin(self, execution)
    return execution


def _stopped(self: Any) -> ActionResult:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    error, cause = self._get_param("error"), self._get_param("cause")
    details = {name: text for name, text in (("error", error), ("cause", cause)) if text}
    if execution.status == "RUNNING":
        event = {"type": "ExecutionAborted", "executionAbortedEventDetails": details}
        executions.append(execution, event)
        executions.end(execution, "ABORTED", error=error, cause=cause)
    return ActionResult({"stopDate": execution.stop_date})


def _history(self: Any) -> ActionResult:
    found = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    events = list(found.events)
    if self._get_param("reverseOrder"):
        events.reverse()
    begin, size = int(self._get_param("nextToken") or 0), self._get_param("maxResults") or 1000
    page: dict[str, Any] = {"events": events[begin : begin + size]}
    if begin + size < len(events):
        page["nextToken"] = str(begin + size)
    return ActionResult(page)


def _not_supported(_self: Any) -> Any:
    raise NotImplementedError("it runs state machines of jobs only")
