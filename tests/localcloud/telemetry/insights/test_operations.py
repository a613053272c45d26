"""The operations of Logs Insights over the stored lines, with the process that evaluates them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.insights.operations import Insights
from localcloud.telemetry.insights.pool import Pool
from localcloud.telemetry.insights.queries import Queries
from localcloud.telemetry.logs.events import LogEvent
from localcloud.telemetry.logs.store import LogStore
from localcloud.telemetry.operations import Call, OperationError

CALL = Call("1", "eu-west-1")
START = 1_764_486_000
SLOW = "filter @message like /(a+)+$/"  # takes years on the line below
SLOW_LINE = "a" * 60 + "b"


class Asked:
    """The operations over one store; `await asked("StartQuery", ...)`."""

    def __init__(self, context, seconds, idle_seconds):
        self.store = LogStore(context.database)
        self.pool = Pool(idle_seconds)
        self.queries = Queries(self.pool, seconds)
        self._handlers = Insights(context, self.queries, self.pool).handlers()

    async def __call__(self, operation, **parameters):
        return await self._handlers[operation](parameters, CALL)

    def append(self, group, *messages, stream="s", region="eu-west-1"):
        events = [
            LogEvent((START + i) * 1000, m if isinstance(m, str) else json.dumps(m), START * 1000)
            for i, m in enumerate(messages)
        ]
        self.store.append("1", region, group, stream, events)

    async def start(self, text, *groups, **more):
        given = {"logGroupNames": list(groups or ["g"]), "startTime": START, "endTime": START + 60}
        return (await self("StartQuery", queryString=text, **{**given, **more}))["queryId"]

    async def finished(self, query_id):
        while True:
            answer = await self("GetQueryResults", queryId=query_id)
            if answer["status"] not in {"Scheduled", "Running"}:
                return answer
            await asyncio.sleep(0.01)

    async def rows(self, text, *groups, **more):
        answer = await self.finished(await self.start(text, *groups, **more))
        assert answer["status"] == "Complete"
        return [{one["field"]: one["value"] for one in row} for row in answer["results"]]


@asynccontextmanager
async def asked(layout, seconds=30.0, idle_seconds=30.0):
    async def groups(service, operation, /, *, logGroupNamePrefix, **_):  # noqa: N803
        assert (service, operation) == ("logs", "DescribeLogGroups")
        known = [{"logGroupName": one} for one in ("g", "g2", "g22")]
        return {"logGroups": [one for one in known if one["logGroupName"] == logGroupNamePrefix]}

    async with telemetry_context(layout, "http://127.0.0.1:9") as context:
        context.aws = groups
        found = Asked(context, seconds, idle_seconds)
        try:
            yield found
        finally:
            await found.queries.close()


async def test_lines_of_several_groups_newest_first(layout):
    async with asked(layout) as ask:
        ask.append("g", {"n": 1}, {"n": 3})
        ask.append("g2", "line", {"n": 4})
        ask.append("g22", {"n": 9})
        ask.append("g", {"n": 8}, region="us-east-1")
        assert [r["n"] for r in await ask.rows("fields n | filter n > 0", "g", "g2")] == [
            "4",
            "3",
            "1",
        ]
        arn = "arn:aws:logs:eu-west-1:1:log-group:g22:*"
        got = await ask.rows("stats count(*) as n by @log", logGroupIdentifiers=[arn])
        assert [(r["@log"], r["n"]) for r in sorted(got, key=str)] == [("g", "2"), ("g22", "1")]


async def test_only_lines_within_the_time_are_read(layout):
    async with asked(layout) as ask:
        ask.append("g", *[{"n": i} for i in range(5)])
        got = await ask.rows("fields n", startTime=START + 1, endTime=START + 2)
        assert [row["n"] for row in got] == ["2", "1"]


async def test_statistics_and_what_a_pointer_points_at(layout):
    async with asked(layout) as ask:
        ask.append("g", {"a": {"b": 1}}, {"a": {"b": 2}})
        answer = await ask.finished(await ask.start("filter a.b = 2 | fields a.b"))
        assert answer["statistics"]["recordsMatched"] == 1
        assert answer["statistics"]["recordsScanned"] == 2
        [[_, pointer]] = answer["results"]
        record = (await ask("GetLogRecord", logRecordPointer=pointer["value"]))["logRecord"]
        assert record["a.b"] == "2"
        assert record["@message"] == '{"a": {"b": 2}}'
        assert record["@timestamp"] == str((START + 1) * 1000)
        ask.store.forget_before("eu-west-1", "g", (START + 60) * 1000)
        with pytest.raises(OperationError, match="no longer stored"):
            await ask("GetLogRecord", logRecordPointer=pointer["value"])


async def test_fields_of_a_group(layout):
    async with asked(layout) as ask:
        ask.append("g", {"a": 1}, {"a": 1, "b": 2}, "text", "text")
        answer = await ask("GetLogGroupFields", logGroupName="g", time=START)
        percents = {one["name"]: one["percent"] for one in answer["logGroupFields"]}
        assert percents["@message"] == 100
        assert (percents["a"], percents["b"]) == (50, 25)


@pytest.mark.parametrize(
    ("changed", "code", "message"),
    [
        ({"queryString": "filter a = "}, "MalformedQueryException", "offset 11"),
        ({"logGroupNames": ["nope"]}, "ResourceNotFoundException", "there is no log group nope"),
        ({"logGroupNames": []}, "InvalidParameterException", "between 1 and 50 log groups"),
        ({"limit": 10_001}, "InvalidParameterException", "limit must be between"),
        ({"endTime": START - 1}, "InvalidParameterException", "startTime must not be after"),
        ({"queryLanguage": "SQL"}, "InvalidParameterException", "queryLanguage SQL is not served"),
    ],
)
async def test_refused(layout, changed, code, message):
    async with asked(layout) as ask:
        given = {"logGroupNames": ["g"], "startTime": START, "endTime": START + 1}
        with pytest.raises(OperationError, match=message) as caught:
            await ask("StartQuery", **{"queryString": "fields a", **given, **changed})
        assert caught.value.code == code


async def test_the_position_of_a_mistake(layout):
    async with asked(layout) as ask:
        with pytest.raises(OperationError) as caught:
            await ask.start("feilds a")
        told = caught.value.details["queryCompileError"]
        assert told["location"] == {"startCharOffset": 0, "endCharOffset": 6}


async def test_a_query_that_is_stopped_ends_with_its_process(layout):
    async with asked(layout) as ask:
        ask.append("g", SLOW_LINE)
        query = await ask.start(SLOW)
        while (await ask("GetQueryResults", queryId=query))["status"] != "Running":
            await asyncio.sleep(0.01)
        assert await ask("StopQuery", queryId=query) == {"success": True}
        assert (await ask("GetQueryResults", queryId=query))["status"] == "Cancelled"
        with pytest.raises(OperationError, match="is not running: it is Cancelled"):
            await ask("StopQuery", queryId=query)
        assert len(await ask.rows("fields @message")) == 1


async def test_a_query_that_takes_too_long_is_ended(layout):
    async with asked(layout, seconds=0.5) as ask:
        ask.append("g", SLOW_LINE)
        assert (await ask.finished(await ask.start(SLOW)))["status"] == "Timeout"


async def test_processes_end_when_nothing_is_queried(layout):
    async with asked(layout, idle_seconds=0.05) as ask:
        ask.append("g", "x")
        await ask.rows("fields @message")
        while ask.pool.idle:
            await asyncio.sleep(0.01)
        assert len(await ask.rows("fields @message")) == 1


async def test_queries_are_listed(layout):
    async with asked(layout) as ask:
        ask.append("g", "x")
        first, second = await ask.start("fields a"), await ask.start("fields b", "g2")
        await ask.finished(first)
        await ask.finished(second)
        found = (await ask("DescribeQueries", status="Complete"))["queries"]
        assert [one["queryId"] for one in found] == [second, first]
        found = (await ask("DescribeQueries", logGroupName="g2"))["queries"]
        assert [one["queryString"] for one in found] == ["fields b"]
        with pytest.raises(OperationError, match="there is no query nope"):
            await ask("GetQueryResults", queryId="nope")


async def test_a_group_without_lines_has_no_rows(layout):
    async with asked(layout) as ask:
        assert await ask.rows("stats count(*) as n") == [{"n": "0"}]
