"""The operations of Logs Insights."""

from __future__ import annotations

import time
from contextlib import closing
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.errors import MalformedQueryError
from localcloud.telemetry.insights.parser import MOST_ROWS, parse
from localcloud.telemetry.insights.queries import Queries, RunningQuery, TooManyQueriesError
from localcloud.telemetry.insights.rows import Event, all_fields, pointed_at
from localcloud.telemetry.insights.source import Source, connect
from localcloud.telemetry.operations import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.telemetry.context import TelemetryContext
    from localcloud.telemetry.insights.pool import Pool
    from localcloud.telemetry.operations import Call, Handler

MOST_GROUPS = 50
FIELDS_SECONDS = 15 * 60
"""The span whose events GetLogGroupFields reads, if no time is given."""
AROUND_SECONDS = 8 * 60
"""The same before and after a time that is given."""
_LANGUAGE = "CWLI"
_EVENT = """
select e.timestamp, e.message, s.name, e.log_group, e.ingested, e.id
from log_event e join log_stream s on s.id = e.stream
where e.id = ? and e.timestamp = ? and e.log_group = ? and s.name = ? and s.region = ?
"""


class Insights:
    """Handlers of the operations."""

    def __init__(self, context: TelemetryContext, queries: Queries, pool: Pool) -> None:
        """Read the events of *context*'s database."""
        self._context, self._queries, self._pool = context, queries, pool

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by operation."""
        return {
            "StartQuery": self.start,
            "GetQueryResults": self.results,
            "StopQuery": self.stop,
            "DescribeQueries": self.describe,
            "GetLogRecord": self.record,
            "GetLogGroupFields": self.group_fields,
        }

    async def start(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """StartQuery."""
        if (language := parameters.get("queryLanguage") or _LANGUAGE) != _LANGUAGE:
            raise _invalid(f"queryLanguage {language} is not served here: use {_LANGUAGE}")
        text, limit = parameters["queryString"], parameters.get("limit") or MOST_ROWS
        if not 1 <= limit <= MOST_ROWS:
            raise _invalid(f"limit must be between 1 and {MOST_ROWS}, not {limit}")
        start, end = parameters["startTime"], parameters["endTime"]
        if start > end:
            raise _invalid("startTime must not be after endTime")
        try:
            parse(text)
        except MalformedQueryError as error:
            raise _malformed(error) from None
        groups = await self._groups(parameters, call)
        source = self._source(call, groups, start * 1000, end * 1000 + 999)
        try:
            return {"queryId": self._queries.start(text, source, limit).id}
        except TooManyQueriesError as error:
            raise OperationError("LimitExceededException", str(error)) from None

    async def results(self, parameters: dict[str, Any], _: Call) -> dict[str, Any]:
        """GetQueryResults."""
        query = self._query(parameters)
        counts = query.statistics
        return {
            "queryLanguage": _LANGUAGE,
            "status": query.status.value,
            "results": [
                [{"field": name, "value": value} for name, value in row] for row in query.rows
            ],
            "statistics": {
                "recordsMatched": float(counts.get("matched", 0)),
                "recordsScanned": float(counts.get("scanned", 0)),
                "bytesScanned": float(counts.get("bytes_scanned", 0)),
            },
        }

    async def stop(self, parameters: dict[str, Any], _: Call) -> dict[str, Any]:
        """StopQuery."""
        query = self._query(parameters)
        if not query.unfinished:
            raise _invalid(f"the query {query.id} is not running: it is {query.status.value}")
        await self._queries.stop(query)
        return {"success": True}

    async def describe(self, parameters: dict[str, Any], _: Call) -> dict[str, Any]:
        """DescribeQueries."""
        group, status = parameters.get("logGroupName"), parameters.get("status")
        found = [
            query
            for query in self._queries.all()
            if (not status or query.status == status)
            and (not group or group in query.source.groups)
        ]
        most = parameters.get("maxResults") or len(found)
        return {
            "queries": [
                {
                    "queryLanguage": _LANGUAGE,
                    "queryId": query.id,
                    "queryString": query.text,
                    "status": query.status.value,
                    "createTime": query.created,
                    "logGroupName": query.source.groups[0],
                }
                for query in found[:most]
            ]
        }

    async def record(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """GetLogRecord."""
        try:
            where = pointed_at(parameters["logRecordPointer"])
        except ValueError:
            raise _invalid("logRecordPointer must be the @ptr of a query's result") from None
        self._context.database.flush()
        with closing(connect(str(self._context.database.path))) as connection:
            row = connection.execute(_EVENT, (*where, call.region)).fetchone()
        if row is None:
            raise _missing("the event is no longer stored")
        return {"logRecord": all_fields(Event(*row))}

    async def group_fields(self, parameters: dict[str, Any], call: Call) -> dict[str, Any]:
        """GetLogGroupFields."""
        [group] = await self._groups(parameters, call)
        around = parameters.get("time")
        now = int(time.time())
        start = around - AROUND_SECONDS if around else now - FIELDS_SECONDS
        end = around + AROUND_SECONDS if around else now
        source = self._source(call, (group,), start * 1000, end * 1000 + 999)
        answer = await self._pool.ask({"source": vars(source)})
        if "error" in answer:
            raise OperationError(
                "ServiceUnavailableException", answer["error"], HTTPStatus.SERVICE_UNAVAILABLE
            )
        return {"logGroupFields": answer["fields"]}

    def _source(self, call: Call, groups: tuple[str, ...], start: int, end: int) -> Source:
        """Return what a query reads: what was received before is in the file."""
        self._context.database.flush()
        path = str(self._context.database.path)
        return Source(path, call.region, groups, start, end)

    def _query(self, parameters: Mapping[str, Any]) -> RunningQuery:
        query = self._queries.get(parameters["queryId"])
        if query is None:
            raise _missing(f"there is no query {parameters['queryId']}")
        return query

    async def _groups(self, parameters: Mapping[str, Any], call: Call) -> tuple[str, ...]:
        """Return the names of the log groups in *parameters*, which must exist."""
        given = [
            *filter(None, [parameters.get("logGroupName"), parameters.get("logGroupIdentifier")]),
            *(parameters.get("logGroupNames") or ()),
            *(parameters.get("logGroupIdentifiers") or ()),
        ]
        names = tuple(dict.fromkeys(_name(one) for one in given))
        if not 1 <= len(names) <= MOST_GROUPS:
            raise _invalid(f"name between 1 and {MOST_GROUPS} log groups, not {len(names)}")
        for name in names:
            answer = await self._context.aws(
                "logs", "DescribeLogGroups", region=call.region, logGroupNamePrefix=name
            )
            if name not in [group["logGroupName"] for group in answer["logGroups"]]:
                raise _missing(f"there is no log group {name}")
        return names


def _name(identifier: str) -> str:
    """Return the name in an ARN of a log group; a name as it is."""
    if identifier.startswith("arn:"):
        return identifier.split(":", 6)[-1].removesuffix(":*")
    return identifier


def _malformed(error: MalformedQueryError) -> OperationError:
    location = {"startCharOffset": error.start, "endCharOffset": error.end}
    return OperationError(
        "MalformedQueryException",
        f"unexpected text at offset {error.start}: {error.message}",
        details={"queryCompileError": {"location": location, "message": error.message}},
    )


def _invalid(message: str) -> OperationError:
    return OperationError("InvalidParameterException", message)


def _missing(message: str) -> OperationError:
    return OperationError("ResourceNotFoundException", message)
