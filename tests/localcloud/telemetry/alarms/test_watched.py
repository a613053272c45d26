"""What alarms are evaluated on, if services do not run on this machine."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from localcloud.telemetry.alarms.evaluation import State, evaluate
from localcloud.telemetry.alarms.watched import watched
from localcloud.telemetry.metrics.statistics import Datapoint

END = 1_800_000_000 // 60 * 60
RUNNING = {
    "Namespace": "ECS/ContainerInsights",
    "MetricName": "RunningTaskCount",
    "Dimensions": [{"Name": "ServiceName", "Value": "orders"}],
    "Statistic": "Minimum",
    "Period": 60,
    "EvaluationPeriods": 5,
    "Threshold": 2,
    "ComparisonOperator": "LessThanThreshold",
    "TreatMissingData": "breaching",
}
OFF, LOST, NONE, BOTH = (None, 0), (None, None), (0, 0), (2, 2)
"""Running and desired tasks of a minute: off on this machine, its worker lost, scaled to 0, up."""


@dataclass
class Tasks:
    """Running and desired tasks by minute, the latest last."""

    minutes: list[tuple[int | None, int | None]]

    def series(self, _, name, dimensions, start, end, __, ___=None):
        assert dimensions == {"ServiceName": "orders"}
        for ago, counts in enumerate(reversed(self.minutes), start=1):
            value, time = counts[name == "DesiredTaskCount"], END - 60 * ago
            if value is not None and start <= time < end:
                yield Datapoint(time, 1, value, value, value, {value: 1}, "Count")

    def measured(self, start, end):
        return [(start, end)]


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        ([OFF] * 9, State.OK),
        ([BOTH] * 4 + [OFF] * 5, State.OK),
        ([OFF] * 6 + [NONE], State.OK),  # started in the middle of a minute
        ([OFF] * 4 + [BOTH] * 5, State.OK),
        ([OFF] * 4 + [(0, 2)] * 5, State.ALARM),
        ([NONE] * 9, State.ALARM),  # as in AWS
        ([LOST] * 9, State.ALARM),
    ],
)
def test_only_services_that_run_on_this_machine_can_have_too_few_tasks(minutes, state):
    seen = watched(Tasks(minutes), RUNNING, END, State.OK)

    assert evaluate(seen.points, seen.condition, State.OK).state is state


@pytest.mark.parametrize("current", State)
def test_the_state_of_a_service_that_is_switched_off_stays(current):
    seen = watched(Tasks([OFF] * 9), RUNNING, END, current)

    assert evaluate(seen.points, seen.condition, current).state is current


def test_other_metrics_do_not_ask_for_the_desired_tasks():
    busy = {**RUNNING, "MetricName": "CPUUtilization", "Namespace": "AWS/ECS"}

    seen = watched(Tasks([OFF] * 9), busy, END, State.OK)

    assert evaluate(seen.points, seen.condition, State.OK).state is State.ALARM
