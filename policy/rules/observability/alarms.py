"""Rules on alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import is_false

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm"


@rule(
    METRIC_ALARM,
    COMPOSITE_ALARM,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="An alarm whose actions are off is silent when it matters.",
    references=("Config cloudwatch-alarm-action-enabled-check", "Checkov CKV_AWS_319"),
    remediation="Set actions_enabled to True.",
    remediate=lambda _: {"actionsEnabled": True},
)
def alarm_actions_enabled(alarm: Resource) -> Iterator[str]:
    """Alarms must have their actions switched on."""
    if is_false(alarm.get("actionsEnabled")):
        yield f"The alarm '{alarm.name}' must be able to call somebody: set actions_enabled=True."


@rule(
    METRIC_ALARM,
    COMPOSITE_ALARM,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="An alarm that tells nobody is a line in a console that nobody looks at.",
    references=("Config cloudwatch-alarm-action-check",),
)
def alarm_has_action(alarm: Resource) -> Iterator[str]:
    """Alarms must tell somebody."""
    if alarm.is_missing("alarmActions"):
        yield (
            f"The alarm '{alarm.name}' must tell somebody: set alarm_actions to a topic that people"
            " subscribe to."
        )
