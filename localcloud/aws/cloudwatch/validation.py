"""What CloudWatch refuses in an alarm, and what the local cloud does not evaluate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.alarms.composite import RuleError, parse_rule
from localcloud.telemetry.alarms.evaluation import OPERATORS, Treatment
from localcloud.telemetry.alarms.math.kinds import Kind
from localcloud.telemetry.alarms.math.queries import QueryError, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MINUTE, HOUR, DAY = 60, 3600, 86_400
MAX_METRICS, MAX_QUERIES = 10, 20

METRIC_ACTIONS = re.compile(
    r"arn:[\w-]+:(?:sns:[\w-]+:\d+:[^:]+|lambda:[\w-]+:\d+:function:.+"
    r"|autoscaling:[\w-]+:\d+:scalingPolicy:.+)"
)
COMPOSITE_ACTIONS = re.compile(r"arn:[\w-]+:(?:sns:[\w-]+:\d+:[^:]+|lambda:[\w-]+:\d+:function:.+)")
PERCENTILE = re.compile(r"p(?:\d{1,2}(?:\.\d{1,10})?|100)")

_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_NOT_EVALUATED = {
    "ActionConfiguration": "tags in notifications are not sent: leave it out",
    "EvaluationCriteria": "PromQL is not evaluated: use a metric or metric math",
    "EvaluationInterval": "alarms are evaluated every minute: leave it out",
    "WarmUpConfiguration": "warm-up periods are not evaluated: leave it out",
}
_SUPPRESSION = (
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
)
BANDS = (
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
"""Comparisons with the band of an anomaly detector."""

Found = tuple[str, str]
"""A member, and what is wrong with it."""


def metric_alarm_problems(alarm: Mapping[str, Any]) -> Iterator[Found]:
    """Yield each member of PutMetricAlarm that AWS refuses, and why."""
    metrics = alarm.get("Metrics")
    if alarm.get("MetricName") and metrics:
        yield "Metrics", "conflicts with MetricName: set one of them"
    if alarm.get("Statistic") and alarm.get("ExtendedStatistic"):
        yield "ExtendedStatistic", "conflicts with Statistic: set one of them"
    if metrics:
        for member in ("Namespace", "Period", "Statistic", "ExtendedStatistic", "Dimensions"):
            if alarm.get(member):
                yield member, "conflicts with Metrics: set it in the query"
        yield from _query_problems(metrics)
    wanted, of = alarm.get("DatapointsToAlarm"), alarm.get("EvaluationPeriods")
    if isinstance(wanted, int) and isinstance(of, int) and wanted > of:
        yield "DatapointsToAlarm", f"is {wanted}: use at most EvaluationPeriods, {of}"
    treatment = alarm.get("TreatMissingData")
    if treatment and treatment not in set(Treatment):
        yield "TreatMissingData", f"is {treatment!r}: use {', '.join(Treatment)}"
    yield from _period_problems(alarm)


def metric_alarm_limits(alarm: Mapping[str, Any]) -> Iterator[Found]:
    """Yield each member of PutMetricAlarm that the local cloud does not evaluate."""
    for member, reason in _NOT_EVALUATED.items():
        if alarm.get(member):
            yield member, reason
    if "WallClockWindow" in (alarm.get("EvaluationWindow") or {}):
        yield "EvaluationWindow", "wall clock windows are not evaluated: leave it out (sliding)"
    if alarm.get("ThresholdMetricId") or alarm.get("ComparisonOperator") in BANDS:
        member = "ThresholdMetricId" if alarm.get("ThresholdMetricId") else "ComparisonOperator"
        yield member, f"anomaly bands are not evaluated: use Threshold with {', '.join(OPERATORS)}"
    for period in (alarm.get("Period"), *(_periods(alarm.get("Metrics") or ()))):
        if isinstance(period, int) and period < MINUTE:
            yield "Period", f"is {period}: periods below {MINUTE} seconds are not evaluated"
    yield from _statistic_limits(alarm)
    yield from _action_limits(alarm, METRIC_ACTIONS, "topics, functions and scaling policies")


def composite_alarm_problems(alarm: Mapping[str, Any]) -> Iterator[Found]:
    """Yield each member of PutCompositeAlarm that AWS refuses, and why."""
    rule = alarm.get("AlarmRule")
    if isinstance(rule, str):
        try:
            parse_rule(rule)
        except RuleError as error:
            yield "AlarmRule", f"is not valid: {error}"
    for member in _ACTIONS:
        for arn in alarm.get(member) or ():
            if isinstance(arn, str) and ":autoscaling:" in arn:
                yield member, f"has {arn}: composite alarms do not scale"


def composite_alarm_limits(alarm: Mapping[str, Any]) -> Iterator[Found]:
    """Yield each member of PutCompositeAlarm that the local cloud does not evaluate."""
    for member in _SUPPRESSION:
        if alarm.get(member):
            yield member, "suppressors are not evaluated: add AND NOT ALARM(name) to the rule"
    if alarm.get("ActionConfiguration"):
        yield "ActionConfiguration", _NOT_EVALUATED["ActionConfiguration"]
    yield from _action_limits(alarm, COMPOSITE_ACTIONS, "topics and functions")


def _periods(metrics: Iterable[Mapping[str, Any]]) -> list[Any]:
    found = [(one.get("MetricStat") or {}).get("Period") for one in metrics]
    return [one for one in (*found, *(one.get("Period") for one in metrics)) if one]


def _period_problems(alarm: Mapping[str, Any]) -> Iterator[Found]:
    metrics = alarm.get("Metrics") or ()
    member = "Metrics" if metrics else "Period"
    periods = [one for one in (alarm.get("Period"), *_periods(metrics)) if isinstance(one, int)]
    for period in periods:
        if period not in (10, 20, 30) and (period <= 0 or period % MINUTE):
            yield member, f"has a period of {period}: use 10, 20, 30 or a multiple of {MINUTE}"
    if len(set(periods)) > 1:
        yield member, f"has periods of {', '.join(map(str, sorted(set(periods))))}: use one"
    of = alarm.get("EvaluationPeriods")
    if periods and isinstance(of, int):
        longest = 7 * DAY if periods[0] >= HOUR else DAY
        if periods[0] * of > longest:
            reason = f"times the period of {periods[0]} is above {longest} seconds: use less"
            yield "EvaluationPeriods", reason


def _query_problems(metrics: Any) -> Iterator[Found]:
    if not all(isinstance(one, dict) and isinstance(one.get("Id"), str) for one in metrics):
        return  # the shapes say what is wrong
    for id_, statistic in _statistics(metrics):
        known = {"Average", "Maximum", "Minimum", "SampleCount", "Sum"}
        extended = re.match(r"IQM|tm|wm|tc|ts|TM|WM|TC|TS|PR", statistic)
        if statistic not in known and not extended and not PERCENTILE.fullmatch(statistic):
            yield (
                "Metrics",
                f"{id_}: statistic {statistic!r}: use {', '.join(sorted(known))} or p99",
            )
    try:
        kinds = ordered(metrics)
    except QueryError as error:
        yield "Metrics", str(error)
        return
    if len(metrics) > MAX_QUERIES:
        yield "Metrics", f"has {len(metrics)} queries: use at most {MAX_QUERIES}"
    count = sum(1 for one in metrics if one.get("MetricStat"))
    if count > MAX_METRICS:
        yield "Metrics", f"has {count} metrics: use at most {MAX_METRICS}"
    returned = [one["Id"] for one in metrics if one.get("ReturnData", True)]
    if len(returned) != 1:
        shown = ", ".join(returned) or "no query"
        yield "Metrics", f"{shown} has ReturnData: set it true on one query, false on the others"
    elif kinds[returned[0]] is not Kind.SERIES:
        yield "Metrics", f"{returned[0]} returns {kinds[returned[0]]}: an alarm watches a series"


def _statistics(metrics: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    stats = [(one["Id"], (one.get("MetricStat") or {}).get("Stat")) for one in metrics]
    return [(id_, stat) for id_, stat in stats if isinstance(stat, str)]


def _statistic_limits(alarm: Mapping[str, Any]) -> Iterator[Found]:
    statistics = [(alarm.get("ExtendedStatistic"), "ExtendedStatistic")]
    for one in alarm.get("Metrics") or ():
        if one.get("AccountId"):
            yield "Metrics", f"{one.get('Id')}: metrics of other accounts are not evaluated"
        statistics.append(((one.get("MetricStat") or {}).get("Stat"), "Metrics"))
    for statistic, member in statistics:
        if statistic and re.match(r"IQM|tm|wm|tc|ts|TM|WM|TC|TS|PR", str(statistic)):
            yield member, f"{statistic} is not evaluated: use a percentile such as p99"


def _action_limits(
    alarm: Mapping[str, Any], served: re.Pattern[str], names: str
) -> Iterator[Found]:
    for member in _ACTIONS:
        for arn in alarm.get(member) or ():
            if isinstance(arn, str) and arn.startswith("arn:") and not served.fullmatch(arn):
                yield member, f"{arn} is not called: actions are {names}"
