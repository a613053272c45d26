"""SetAlarmState and DescribeAlarmHistory."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.alarms.evaluation import State
from localcloud.telemetry.operations import OperationError

if TYPE_CHECKING:
    from localcloud.telemetry.alarms.book import AlarmBook
    from localcloud.telemetry.alarms.evaluator import Evaluator
    from localcloud.telemetry.operations import Call, Handler

MAX_RECORDS = 100


def operations(evaluator: Evaluator, book: AlarmBook) -> dict[str, Handler]:
    """Return the handlers by the operation's name."""

    async def set_alarm_state(given: dict[str, Any], _: Call) -> dict[str, Any]:
        name, data = given["AlarmName"], given.get("StateReasonData") or ""
        try:
            state = State(given["StateValue"])
        except ValueError:
            text = f"StateValue is {given['StateValue']!r}: use {', '.join(State)}"
            raise OperationError("ValidationError", text) from None
        if data:
            try:
                json.loads(data)
            except ValueError as error:
                raise OperationError("InvalidFormat", f"StateReasonData: {error}") from error
        if name not in evaluator.alarms:
            await evaluator.refresh()
        if name not in evaluator.alarms:
            text = f"there is no alarm {name!r}"
            raise OperationError("ResourceNotFound", text, HTTPStatus.NOT_FOUND)
        await evaluator.set_state(name, state, given["StateReason"], data, None)
        await evaluator.evaluate_composites()
        return {}

    async def describe_alarm_history(given: dict[str, Any], _: Call) -> dict[str, Any]:
        types = given.get("AlarmTypes") or ["MetricAlarm"]
        found = [
            one
            for one in book.history(given.get("AlarmName"))
            if one.alarm_type in types
            and given.get("HistoryItemType", one.kind) == one.kind
            and given.get("StartDate", one.time) <= one.time <= given.get("EndDate", one.time)
        ]
        if given.get("ScanBy") == "TimestampAscending":
            found.reverse()
        token = str(given.get("NextToken") or "")
        numbers = [str(one.number) for one in found]
        if token and token not in numbers:
            raise OperationError("InvalidNextToken", "the token was not returned by this query")
        start = numbers.index(token) if token else 0
        end = start + int(given.get("MaxRecords") or MAX_RECORDS)
        items = [
            {
                "AlarmName": one.name,
                "AlarmType": one.alarm_type,
                "Timestamp": one.time,
                "HistoryItemType": one.kind,
                "HistorySummary": one.summary,
                "HistoryData": one.data,
            }
            for one in found[start:end]
        ]
        more = {"NextToken": numbers[end]} if end < len(numbers) else {}
        return {"AlarmHistoryItems": items, **more}

    return {"SetAlarmState": set_alarm_state, "DescribeAlarmHistory": describe_alarm_history}
