"""Rules with a schedule: validation, and the event that the workers report as due."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from moto.core.exceptions import JsonRESTError
from moto.events.models import events_backends
from moto.events.responses import EventsHandler

from localcloud.account import ACCOUNT, REGION
from localcloud.aws.events.delivery import iso, send_to_targets
from localcloud.aws.events.schedules import problem

_put_rule = EventsHandler.put_rule


def install() -> None:
    """Validate schedules of rules."""
    handler: Any = EventsHandler
    handler.put_rule = _put_valid_rule


def _put_valid_rule(self: Any) -> Any:
    if problem(self._get_param("ScheduleExpression")):
        message = "Parameter ScheduleExpression is not valid."
        raise JsonRESTError("ValidationException", message)
    return _put_rule(self)


def report(body: dict[str, Any]) -> None:
    """Send the event of a rule whose schedule is due, as the workers report."""
    rule = events_backends[ACCOUNT][REGION].describe_rule(body["rule"], None)
    if rule.state == "DISABLED":
        return
    event = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": iso(body["time"]),
        "region": REGION,
        "resources": [rule.arn],
        "detail": {},
    }
    send_to_targets(rule, event)
