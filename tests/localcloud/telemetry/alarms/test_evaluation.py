"""Evaluation of metric alarms against the tables of AWS's documentation.

"Configuring how CloudWatch alarms treat missing data": 0 is a datapoint within the threshold, X a
breaching one, - a missing one, ? one of a period that was not measured; the latest is last.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.alarms.evaluation import (
    EXTRA_PERIODS,
    NOT_MEASURED,
    Condition,
    State,
    Treatment,
    evaluate,
)

VALUES = {"0": 0.0, "X": 9.0, "-": None, "?": NOT_MEASURED}
RETAIN = "retain"


def condition(treatment, to_alarm=3, periods=3):
    return Condition("GreaterThanThreshold", 5.0, periods, to_alarm, Treatment(treatment))


def state(points, treatment, current=State.OK, to_alarm=3, periods=3):
    values = [VALUES[one] for one in points.replace(" ", "")]
    return evaluate(values, condition(treatment, to_alarm, periods), current).state


ALL_OK = ("OK", "OK", "OK", "OK")
ALL_ALARM = ("ALARM", "ALARM", "ALARM", "ALARM")


@pytest.mark.parametrize(
    ("to_alarm", "points", "wanted"),
    [
        (3, "0 - X - X", ALL_OK),
        (3, "0 - - - -", ALL_OK),
        (3, "- - - - -", ("INSUFFICIENT_DATA", RETAIN, "ALARM", "OK")),
        (3, "0 X X - X", ALL_ALARM),
        (3, "- - X - -", ("ALARM", RETAIN, "ALARM", "OK")),
        (2, "0 - X - X", ALL_ALARM),
        (2, "0 0 X 0 X", ALL_ALARM),
        (2, "0 - X - -", ("OK", "OK", "ALARM", "OK")),
        (2, "- - - - 0", ("OK", "OK", "ALARM", "OK")),
        (2, "- - - X -", ("ALARM", RETAIN, "ALARM", "OK")),
    ],
)
@pytest.mark.parametrize("current", State)
def test_the_tables_of_the_documentation(to_alarm, points, wanted, current):
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    found = tuple(state(points, one, current, to_alarm) for one in treatments)
    assert found == tuple(current if one == RETAIN else State(one) for one in wanted)


@pytest.mark.parametrize("points", ["- - - - X", "- - - X -", "- - - X 0", "- - X - 0"])
def test_a_premature_alarm_is_avoided(points):
    assert state(points, "missing") is State.OK
    assert state(points, "ignore") is State.OK


def reference(points, treatment, current, to_alarm, periods):
    """The rules in the order of the documentation's sentences, on a string of 0, X and -."""
    real = [one for one in points if one != "-"]
    wanting = max(0, periods - len(real))
    if not wanting:  # "evaluates the most recent real data points"
        real = real[-periods:]
    breaching = real.count("X") + (wanting if treatment == "breaching" else 0)
    if breaching >= to_alarm:
        return "ALARM"
    if not wanting or "0" in real or treatment in ("breaching", "notBreaching"):
        return "OK"
    if treatment == "ignore":  # "the current alarm state is maintained"
        return current
    if not real:
        return "INSUFFICIENT_DATA"
    # "the oldest available breaching datapoint is at least as old as Datapoints to Alarm"
    return "ALARM" if len(points) - points.index("X") >= to_alarm else "OK"


@given(st.data(), st.integers(1, 6), st.sampled_from(Treatment), st.sampled_from(State))
def test_every_history_is_evaluated_by_the_documented_rules(data, periods, treatment, current):
    to_alarm = data.draw(st.integers(1, periods))
    size = periods + EXTRA_PERIODS
    points = data.draw(st.text("0X-", min_size=size, max_size=size))
    found = state(points, treatment.value, current, to_alarm, periods)
    assert found == reference(points, treatment.value, current, to_alarm, periods)


@given(st.data(), st.integers(1, 4), st.sampled_from(Treatment), st.sampled_from(State))
def test_periods_that_were_not_measured_neither_ring_nor_clear(data, periods, treatment, current):
    to_alarm = data.draw(st.integers(1, periods))
    size = periods + EXTRA_PERIODS
    points = data.draw(st.text("0X-?", min_size=size, max_size=size))

    found = state(points, treatment.value, current, to_alarm, periods)

    possible = {
        reference(points.replace("?", one), treatment.value, current, to_alarm, periods)
        for one in "0X-"
    }
    assert found == (possible.pop() if len(possible) == 1 else current)


@pytest.mark.parametrize("treatment", Treatment)
@pytest.mark.parametrize("current", State)
def test_after_a_night_without_the_process_the_state_is_that_of_the_evening(treatment, current):
    assert state("?????", treatment.value, current) is current


@pytest.mark.parametrize(
    ("comparison", "value", "breaches"),
    [
        ("GreaterThanThreshold", 5, False),
        ("GreaterThanOrEqualToThreshold", 5, True),
        ("LessThanThreshold", 5, False),
        ("LessThanOrEqualToThreshold", 5, True),
        ("LessThanThreshold", 4, True),
        ("GreaterThanThreshold", 6, True),
    ],
)
def test_comparisons_with_the_threshold(comparison, value, breaches):
    assert Condition(comparison, 5.0, 1, 1).breaches(value) is breaches


def test_the_reason_is_that_of_cloudwatch():
    found = evaluate([None, None, 1.0, 9.0, 8.5], condition("missing", to_alarm=2), State.OK)

    assert found.recent == (1.0, 9.0, 8.5)
    assert found.reason == (
        "Threshold Crossed: 2 out of the last 3 datapoints [1, 9, 8.5] were greater than the"
        " threshold (5) (minimum 2 datapoints for OK -> ALARM)."
    )


def test_the_reason_says_how_missing_data_was_treated():
    found = evaluate([None] * 5, condition("notBreaching"), State.ALARM)
    assert found.reason == (
        "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints"
        " treated as [NonBreaching]."
    )
