"""The state of a metric alarm from its datapoints.

CloudWatch looks at more periods than it evaluates (the evaluation range): if some of the latest are
missing, older datapoints take their place, and only what is still wanting is filled in as
`TreatMissingData` says.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXTRA_PERIODS = 2
"""Periods of the evaluation range beyond `EvaluationPeriods`: five for three in AWS's examples."""

OPERATORS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": ("greater than or equal to", operator.ge),
    "GreaterThanThreshold": ("greater than", operator.gt),
    "LessThanOrEqualToThreshold": ("less than or equal to", operator.le),
    "LessThanThreshold": ("less than", operator.lt),
}


class State(StrEnum):
    """The state of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Treatment(StrEnum):
    """What a missing datapoint counts as (`TreatMissingData`)."""

    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"
    IGNORE = "ignore"
    MISSING = "missing"


class NotMeasured(Enum):
    """A period without datapoint in which the telemetry process did not run throughout."""

    NOT_MEASURED = "not measured"


NOT_MEASURED = NotMeasured.NOT_MEASURED

Point = float | None | NotMeasured
"""A datapoint; None if it is missing."""


@dataclass(frozen=True)
class Condition:
    """When an alarm is in ALARM."""

    comparison: str
    threshold: float
    periods: int
    """N of M out of N (`EvaluationPeriods`)."""
    to_alarm: int
    """M of M out of N (`DatapointsToAlarm`)."""
    treatment: Treatment = Treatment.MISSING

    def breaches(self, value: float) -> bool:
        """Return whether *value* breaches the threshold."""
        return OPERATORS[self.comparison][1](value, self.threshold)


@dataclass(frozen=True)
class Verdict:
    """The state that an evaluation finds, and why."""

    state: State
    reason: str
    recent: tuple[float, ...] = ()
    """The datapoints that decided, the oldest first."""


def evaluate(points: Sequence[Point], condition: Condition, current: State) -> Verdict:
    """Return the state after *points*, the evaluation range with the latest period last.

    A period that was not measured may have had any datapoint, or none: the state changes only if
    it would do so in each case.
    """
    if NOT_MEASURED not in points:
        return _evaluate([_plain(one) for one in points], condition, current)
    verdicts = [
        _evaluate([_plain(one, assumed) for one in points], condition, current)
        for assumed in (None, *_either_side(condition))
    ]
    if len({one.state for one in verdicts}) > 1:
        return Verdict(current, "Unchanged: periods of the evaluation range were not measured.")
    real = [one for one in points if isinstance(one, (int, float))]
    state = verdicts[0].state
    return Verdict(state, _reason(real[-condition.periods :], condition, state), tuple(real))


def _plain(point: Point, assumed: float | None = None) -> float | None:
    return assumed if isinstance(point, NotMeasured) else point


def _either_side(condition: Condition) -> tuple[float, float]:
    """Return values that breach and do not breach the threshold."""
    margin = 1.0 + abs(condition.threshold)
    pair = (condition.threshold - margin, condition.threshold + margin)
    return pair if condition.breaches(pair[0]) else (pair[1], pair[0])


def _evaluate(points: Sequence[float | None], condition: Condition, current: State) -> Verdict:
    real = [(age, value) for age, value in _by_age(points) if value is not None]
    missing = max(condition.periods - len(real), 0)
    # Without a datapoint missing, the older ones are not needed.
    used = real[: condition.periods] if not missing else real
    values = tuple(value for _, value in reversed(used))
    breaching = [age for age, value in used if condition.breaches(value)]
    state = State.ALARM if len(breaching) >= condition.to_alarm else State.OK
    if missing and state is State.OK:
        state = _with_missing(used, breaching, missing, condition, current)
    if state is current and not used and condition.treatment is Treatment.IGNORE:
        return Verdict(state, "Unchanged: no datapoints were received and missing data is ignored.")
    return Verdict(state, _reason(values, condition, state, missing), values)


def _by_age(points: Sequence[float | None]) -> list[tuple[int, float | None]]:
    """Return the points with their ages in periods, the latest (of age 1) first."""
    return list(enumerate(reversed(points), start=1))


def _with_missing(
    used: Sequence[tuple[int, float]],
    breaching: Sequence[int],
    missing: int,
    condition: Condition,
    current: State,
) -> State:
    """Return the state if the datapoints alone, too few, are not enough for ALARM."""
    treatment = condition.treatment
    if treatment is Treatment.NOT_BREACHING:
        return State.OK
    if treatment is Treatment.BREACHING:
        return State.ALARM if len(breaching) + missing >= condition.to_alarm else State.OK
    if not used:
        return current if treatment is Treatment.IGNORE else State.INSUFFICIENT_DATA
    if len(breaching) < len(used):
        return State.OK
    # Everything that was received breaches: ALARM as soon as the oldest is as old as M periods.
    if treatment is Treatment.IGNORE:
        return current
    return State.ALARM if breaching[-1] >= condition.to_alarm else State.OK


def _reason(values: Sequence[float], condition: Condition, state: State, missing: int = 0) -> str:
    if not values:
        if state is State.INSUFFICIENT_DATA:
            return f"Insufficient Data: {_counted(condition.periods, 'datapoint')} were unknown."
        return (
            "Threshold Crossed: no datapoints were received for"
            f" {_counted(condition.periods, 'period')} and"
            f" {_counted(missing, 'missing datapoint')} {_treated(condition)}."
        )
    comparison = OPERATORS[condition.comparison][0]
    breaching = sum(condition.breaches(one) for one in values)
    of = len(values)
    shown = ", ".join(f"{one:.10g}" for one in values[-5:])
    listed = f"[{shown}]" if of <= 5 else f"[..., {shown}]"  # noqa: PLR2004 - as CloudWatch
    count = breaching if state is State.ALARM else of - breaching
    were = "was" if count == 1 else "were"
    negated = "" if state is State.ALARM else "not "
    text = (
        f"Threshold Crossed: {count} out of the last {_counted(of, 'datapoint')} {listed} {were}"
        f" {negated}{comparison} the threshold ({condition.threshold:.10g})"
    )
    if missing and condition.treatment in (Treatment.BREACHING, Treatment.NOT_BREACHING):
        text += f" and {_counted(missing, 'missing datapoint')} {_treated(condition)}"
    return f"{text} (minimum {_counted(condition.to_alarm, 'datapoint')} for OK -> ALARM)."


def _treated(condition: Condition) -> str:
    names = {Treatment.BREACHING: "Breaching", Treatment.NOT_BREACHING: "NonBreaching"}
    return f"treated as [{names.get(condition.treatment, condition.treatment.value)}]"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
