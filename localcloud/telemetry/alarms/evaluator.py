"""Evaluates the declared alarms, and keeps, reports and acts on their states."""

from __future__ import annotations

import json
import logging
import time
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from localcloud.off import NotRunningServices
from localcloud.telemetry.alarms.actions import run_actions
from localcloud.telemetry.alarms.book import AlarmState
from localcloud.telemetry.alarms.composite import RuleError, parse_rule
from localcloud.telemetry.alarms.evaluation import State, Treatment, evaluate
from localcloud.telemetry.alarms.messages import iso
from localcloud.telemetry.alarms.off_services import OffServices
from localcloud.telemetry.alarms.watched import is_due, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from localcloud.telemetry.alarms.composite import Rule
    from localcloud.telemetry.alarms.watched import Watched
    from localcloud.telemetry.context import TelemetryContext

_LOG = logging.getLogger(__name__)

TYPES = {"MetricAlarm": "MetricAlarms", "CompositeAlarm": "CompositeAlarms"}


class Evaluator:
    """The declared alarms and their states."""

    def __init__(self, context: TelemetryContext, clock: Callable[[], float] = time.time) -> None:
        """Begin without alarms; `refresh` reads them."""
        self.alarms: dict[str, dict[str, Any]] = {}
        """Alarms as DescribeAlarms answers them, by name."""
        self._context, self._clock = context, clock
        self._off = OffServices(context.database, NotRunningServices(context.layout))
        self._reported: dict[str, AlarmState] = {}
        self._refused: set[str] = set()

    async def refresh(self) -> None:
        """Read the declared alarms, and report states that the control plane does not know."""
        book = self._context.alarms
        found: dict[str, dict[str, Any]] = {}
        for kind, key in TYPES.items():
            pages = self._context.aws.pages
            for one in await pages("cloudwatch", "DescribeAlarms", key, AlarmTypes=[kind]):
                found[one["AlarmName"]] = one
        for name in {*book.states(), *self.alarms} - set(found):
            self._note(self.alarms.get(name, {}), name, "ConfigurationUpdate", "deleted")
        for name, alarm in found.items():
            self._adopt(name, alarm)
        self.alarms = found
        book.keep_only(found)
        await self._off.refresh(self._context.aws, found.values())
        await self.report()

    def _adopt(self, name: str, alarm: dict[str, Any]) -> None:
        """Take the state of an alarm that is new, or was deleted and created again."""
        known = self._context.alarms.states().get(name)
        updated = alarm["StateUpdatedTimestamp"].timestamp()
        if known is None or updated > known.updated + 1:
            state = AlarmState(
                value=State(alarm["StateValue"]),
                reason=alarm.get("StateReason", ""),
                reason_data=alarm.get("StateReasonData", ""),
                updated=updated,
                transitioned=updated,
            )
            self._context.alarms.set_state(name, state)
            self._note(alarm, name, "ConfigurationUpdate", "created")
        elif name in self.alarms and self.alarms[name] != alarm:
            stamp = "AlarmConfigurationUpdatedTimestamp"
            if self.alarms[name].get(stamp) != alarm.get(stamp):
                self._note(alarm, name, "ConfigurationUpdate", "updated")

    async def evaluate(self, end: int) -> None:
        """Evaluate every alarm on the minutes before *end*."""
        self._off.note(end)
        for name, alarm in list(self.alarms.items()):
            if "AlarmRule" not in alarm and is_due(alarm, end):
                try:
                    await self._evaluate(name, alarm, end)
                except ValueError as error:
                    if name not in self._refused:
                        self._refused.add(name)
                        _LOG.warning("the alarm %s is not evaluated: %s", name, error)
        await self.evaluate_composites()

    async def _evaluate(self, name: str, alarm: dict[str, Any], end: int) -> None:
        current = self._context.alarms.states()[name].value
        off = partial(self._off.of, alarm)
        seen = watched(self._context.metrics, alarm, end, current, off)
        if not seen.enough_samples:
            return
        verdict = evaluate(seen.points, seen.condition, current)
        if seen.condition.treatment is Treatment.IGNORE and not verdict.recent:
            return
        value = verdict.recent[-1] if verdict.recent else None
        data = self._reason_data(alarm, seen, verdict.recent)
        await self.set_state(name, verdict.state, verdict.reason, data, value)

    def _reason_data(
        self, alarm: Mapping[str, Any], seen: Watched, recent: tuple[float, ...]
    ) -> str:
        now = self._clock()
        found = {
            "version": "1.0",
            "queryDate": iso(now),
            "startDate": iso(seen.start),
            **({"statistic": alarm["Statistic"]} if alarm.get("Statistic") else {}),
            "period": seen.period,
            "recentDatapoints": recent[-seen.condition.periods :],
            "threshold": seen.condition.threshold,
        }
        return json.dumps(found)

    async def evaluate_composites(self) -> None:
        """Evaluate composite alarms, each after the composite alarms that it reads."""
        for name, rule in self._composites():
            states = {one: state.value for one, state in self._context.alarms.states().items()}
            state = rule.state(states)
            seen = ", ".join(f"{one} is {states[one]}" for one in rule.children if one in states)
            reason = f"The rule is {str(state is State.ALARM).lower()}: {seen}"[:1023]
            await self.set_state(name, state, reason, "", None)

    def _composites(self) -> Iterator[tuple[str, Rule]]:
        rules: dict[str, Rule] = {}
        for name, alarm in self.alarms.items():
            if "AlarmRule" in alarm:
                try:
                    rules[name] = parse_rule(alarm["AlarmRule"])
                except RuleError as error:
                    _LOG.warning("the rule of %s is not evaluated: %s", name, error)
        while rules:
            ready = [
                name for name, rule in rules.items() if not set(rule.children) & (set(rules))
            ] or list(rules)
            for name in ready:
                yield name, rules.pop(name)

    async def set_state(
        self, name: str, value: State, reason: str, data: str, latest: float | None
    ) -> None:
        """Set the state of an alarm; on a transition it is noted, reported and acted upon."""
        alarm, book = self.alarms[name], self._context.alarms
        old = book.states()[name]
        if value is old.value:
            await run_actions(self._context, alarm, old, old, latest)
            return
        now = self._clock()
        new = AlarmState(
            value=value, reason=reason, reason_data=data, updated=now, transitioned=now
        )
        book.set_state(name, new)
        summary = f"Alarm updated from {old.value} to {value}"
        states = {
            key: {"stateValue": one.value, "stateReason": one.reason}
            for key, one in (("oldState", old), ("newState", new))
        }
        self._note(alarm, name, "StateUpdate", summary, {"version": "1.0", **states})
        await self.report()
        await run_actions(self._context, alarm, old, new, latest)

    async def report(self) -> None:
        """Tell the control plane the states that it does not know."""
        states = self._context.alarms.states()
        changed = {n: s for n, s in states.items() if self._reported.get(n) != s}
        if not changed:
            return
        body = {
            name: {
                "value": one.value,
                "reason": one.reason,
                "reasonData": one.reason_data,
                "updated": one.updated,
                "transitioned": one.transitioned,
            }
            for name, one in changed.items()
        }
        url = f"{self._context.endpoint}/_bulkhead/alarms"
        try:
            wanted = {"states": {self._context.region: body}}
            async with self._context.http.put(url, json=wanted) as answer:
                if answer.status == HTTPStatus.OK:
                    self._reported = dict(states)
                else:
                    _LOG.warning("states of alarms were not taken: HTTP %s", answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _LOG.info("states of alarms are reported later: %r", error)

    def _note(
        self,
        alarm: Mapping[str, Any],
        name: str,
        kind: str,
        summary: str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        if kind == "ConfigurationUpdate":
            summary = f'Alarm "{name}" {summary}'
        type_ = "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm"
        found = data or {"version": "1.0", "type": kind}
        self._context.alarms.note(name, type_, self._clock(), kind, summary, found)
