"""Scheduler: validation, and what moto leaves out of schedules and their groups."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule
from moto.scheduler.responses import EventBridgeSchedulerResponse

from localcloud.aws.scheduler.validation import problems, unsupported

DEFAULT_GROUP = "default"
MEMBERS = (
    "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target",
)  # fmt: skip
_create = EventBridgeSchedulerResponse.create_schedule
_update = EventBridgeSchedulerResponse.update_schedule
_create_group = EventBridgeSchedulerBackend.create_schedule_group
_delete_group = EventBridgeSchedulerBackend.delete_schedule_group
_to_dict = Schedule.to_dict


def install() -> None:
    """Replace these operations of moto."""
    handler: Any = EventBridgeSchedulerResponse
    handler.create_schedule = _created
    handler.update_schedule = _updated
    backend: Any = EventBridgeSchedulerBackend
    backend.create_schedule_group = _created_group
    backend.delete_schedule_group = _deleted_group
    Schedule.to_dict = _shown  # type: ignore[method-assign]


def _validate(self: Any) -> None:
    given = {name: self._get_param(name) for name in MEMBERS}
    for member, reason in problems(given):
        raise ValidationException(f"{member} {reason}.")
    if found := unsupported(given["Target"] or {}):
        raise NotImplementedError(found)
    self.scheduler_backend.get_schedule_group(self._get_param("GroupName"))  # it must exist


def _created(self: Any) -> str:
    _validate(self)
    return _create(self)


def _updated(self: Any) -> str:
    """Update the schedule: what is not given gets its default, as in AWS."""
    _validate(self)
    answer = _update(self)
    name = self.uri.split("?")[0].split("/")[-1]
    schedule = self.scheduler_backend.get_schedule(self._get_param("GroupName"), name)
    schedule.action_after_completion = self._get_param("ActionAfterCompletion")
    schedule.kms_key_arn = self._get_param("KmsKeyArn")
    schedule.state = self._get_param("State") or "ENABLED"
    return answer


def _shown(self: Any, short: bool = False) -> dict[str, Any]:
    found = _to_dict(self, short)
    found["ActionAfterCompletion"] = found["ActionAfterCompletion"] or "NONE"
    return {name: value for name, value in found.items() if value is not None}


def _created_group(self: Any, name: str, tags: Any) -> Any:
    if name in self.schedule_groups:
        raise JsonRESTError("ConflictException", f"Schedule group {name} already exists.")
    return _create_group(self, name, tags or [])


def _deleted_group(self: Any, name: str | None) -> None:
    if name not in self.schedule_groups:
        raise ScheduleGroupNotFound(name or "")
    if name == DEFAULT_GROUP:
        raise ValidationException("The default schedule group cannot be deleted.")
    _delete_group(self, name)
