"""The alarms on objectives ring when the budget is spent too fast, and when nothing works."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.objectives import Objectives
from components.observability.objective import BURN_RATES, burn_expression
from localcloud.telemetry.alarms.evaluation import EXTRA_PERIODS, State, evaluate
from localcloud.telemetry.alarms.watched import watched
from localcloud.telemetry.metrics.statistics import Datapoint

END = 1_800_000_000 // 3600 * 3600
OBJECTIVES = Objectives(availability_percent=99.9)
ALL_FAILED = "IF(total >= 3, 100 * (FILL(errors, 0)) / total, 0)"


@dataclass
class Counted:
    """Requests and errors by how many minutes ago the minute began."""

    minutes: dict[int, tuple[int, int]]

    def series(self, _, name, __, start, end, period, ___=None):
        del period
        for ago, (requests, errors) in sorted(self.minutes.items(), reverse=True):
            value, time = (requests if name == "Requests" else errors), END - 60 * ago
            if value and start <= time < end:
                yield Datapoint(time, value, value, 1, 1, {}, "Count")

    def measured(self, start, end):
        return [(start, end)]


def state(minutes, seconds, expression, threshold, current=State.OK):
    def metric(id_, name):
        about = {"Namespace": "Test", "MetricName": name, "Dimensions": []}
        stat = {"Metric": about, "Period": seconds, "Stat": "Sum"}
        return {"Id": id_, "MetricStat": stat, "ReturnData": False}

    alarm = {
        "Metrics": [
            {"Id": "result", "Expression": expression, "ReturnData": True},
            metric("total", "Requests"),
            metric("errors", "Errors"),
        ],
        "EvaluationPeriods": 1,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    seen = watched(Counted(minutes), alarm, END, current)
    return evaluate(seen.points, seen.condition, current).state


def reference(minutes, seconds, threshold):
    """Return the state from the share of errors in the latest window with requests."""
    for number in range(1 + EXTRA_PERIODS):
        low, high = number * seconds // 60, (number + 1) * seconds // 60
        window = [one for ago, one in minutes.items() if low < ago <= high]
        total, errors = (sum(one[part] for one in window) for part in (0, 1))
        if total:
            burns = total >= 20 and 100 * errors / total / 0.1 >= threshold
            return State.ALARM if burns else State.OK
    return State.OK


requests = st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
windows = st.sampled_from(
    [(seconds, pair.factor) for pair in BURN_RATES for seconds in pair.windows.values()]
)


@given(st.dictionaries(st.integers(1, 3 * 6 * 60), requests, max_size=12), windows)
def test_each_window_rings_by_its_share_of_errors(minutes, window):
    seconds, factor = window

    found = state(minutes, seconds, burn_expression(OBJECTIVES), factor)

    assert found is reference(minutes, seconds, factor)


def test_errors_of_the_last_minute_ring_both_windows_at_once():
    minutes = dict.fromkeys(range(2, 60), (10, 0)) | {1: (40, 40)}

    found = {
        seconds: state(minutes, seconds, burn_expression(OBJECTIVES), 14.4)
        for seconds in (300, 3600)
    }

    assert found == {300: State.ALARM, 3600: State.ALARM}


def test_an_outage_that_is_over_rings_the_long_window_only():
    minutes = {one: (10, 10 if one > 20 else 0) for one in range(1, 60)}

    assert state(minutes, 3600, burn_expression(OBJECTIVES), 14.4) is State.ALARM
    assert state(minutes, 300, burn_expression(OBJECTIVES), 14.4) is State.OK


@pytest.mark.parametrize(("failed", "wanted"), [(3, State.ALARM), (2, State.OK)])
def test_a_quiet_entrance_where_everything_fails_rings_the_third_alarm_only(failed, wanted):
    minutes = dict.fromkeys(range(1, failed + 1), (1, 1))

    assert state(minutes, 600, ALL_FAILED, 100) is wanted
    for pair in BURN_RATES:
        for seconds in pair.windows.values():
            assert state(minutes, seconds, burn_expression(OBJECTIVES), pair.factor) is State.OK


def test_one_answer_in_ten_minutes_clears_the_third_alarm():
    assert state({1: (3, 3), 5: (1, 0)}, 600, ALL_FAILED, 100, State.ALARM) is State.OK
