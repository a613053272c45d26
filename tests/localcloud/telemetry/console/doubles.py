"""A small shop in memory: what the console's sources return."""

# ruff: noqa: N802, N803, PLR0913, PLR0917 - names of AWS, and the signature of the metric store

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from localcloud.telemetry.console.data import (
    Edge,
    LineQuery,
    LogLine,
    Sources,
    Span,
    TraceSummary,
)
from tests.localcloud.telemetry.console.described import CATALOGUE, NOW

EVIL = "<script>alert(1)</script>"
TRACE = "5f" * 16


@dataclass
class Point:
    time: int
    value: float

    def statistic(self, name: str) -> float:
        del name
        return self.value


@dataclass
class Shop:
    """What is there; tests change it."""

    lines: list[LogLine] = field(default_factory=list)
    points: dict[tuple[str, str], list[Point]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    spans_of: dict[str, list[Span]] = field(default_factory=dict)
    summaries: list[TraceSummary] = field(default_factory=list)
    calls_between: list[Edge] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=lambda: {"run/catalogue.json": CATALOGUE})
    dashboards: dict[str, str] = field(default_factory=dict)
    alarms: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    called: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    down: bool = False

    def sources(self) -> Sources:
        return Sources(
            aws=self.aws,
            control=self.control,
            files=lambda path: self.files.get(path, {}),
            metrics=self,
            lines=self,
            traces=self,
            storage=lambda: {"Size": "1 MB of 512 MB"},
            clock=lambda: float(NOW),
        )

    def log(self, message: str, group: str = "/bulkhead/local/orders") -> None:
        self.lines.append(LogLine((NOW - 5) * 1000 + len(self.lines), group, "task/1", message))

    # Metrics, Lines and Traces.

    def series(self, namespace, name, dimensions, start, end, period, unit=None):
        del dimensions, period, unit
        found = self.points.get((namespace, name), [])
        return [one for one in found if start <= one.time < end]

    def find(self, query: LineQuery):
        return [
            one
            for one in self.lines
            if one.time >= query.start
            and query.text in one.message
            and query.level in one.message
            and query.correlation_id in one.message
            and query.trace_id in one.message
            and (not query.groups or one.group in query.groups)
        ][-query.limit :]

    def spans(self, trace_id):
        return self.spans_of.get(trace_id, [])

    def recent(self, service, *, errors_only, limit):
        found = [one for one in self.summaries if not service or service in one.services]
        return [one for one in found if one.errors or not errors_only][:limit]

    def edges(self, start, end):
        del start, end
        return self.calls_between

    # AWS.

    async def aws(self, service, operation, /, **parameters):
        if self.down:
            raise ConnectionRefusedError
        self.called.append((f"{service} {operation}", parameters))
        return getattr(self, f"_{service}_{operation}")(**parameters)

    async def control(self, method, path, body=None):
        del method, body
        return {"updates": self.updates} if path == "stack/updates" else {"messages": self.messages}

    def _ecs_DescribeServices(self, cluster, services):
        del cluster
        return {"services": [container(one) for one in services]}

    def _lambda_GetFunctionConfiguration(self, FunctionName):
        del FunctionName
        return {"State": "Active", "Runtime": "python3.12", "CodeSha256": "0123456789abcdef"}

    def _cloudwatch_ListDashboards(self, **_):
        return {"DashboardEntries": [{"DashboardName": name} for name in self.dashboards]}

    def _cloudwatch_GetDashboard(self, DashboardName):
        if DashboardName not in self.dashboards:
            raise error("ResourceNotFound", "GetDashboard")
        return {"DashboardBody": self.dashboards[DashboardName]}

    def _cloudwatch_DescribeAlarms(self, **_):
        return {"MetricAlarms": self.alarms.get("MetricAlarms", [])}

    def _cloudwatch_DescribeAlarmHistory(self, **_):
        return {"AlarmHistoryItems": self.history}

    def _cloudwatch_SetAlarmState(self, **_):
        return {}

    def _sqs_ListQueues(self, **_):
        return {"QueueUrls": [queue_url("orders-queue"), queue_url("orders-dead-letters")]}

    def _sqs_GetQueueUrl(self, QueueName):
        if not QueueName.startswith("orders"):
            raise error("AWS.SimpleQueueService.NonExistentQueue", "GetQueueUrl")
        return {"QueueUrl": queue_url(QueueName)}

    def _sqs_GetQueueAttributes(self, QueueUrl, **_):
        name = QueueUrl.rpartition("/")[2]
        found = {"QueueArn": queue_arn(name), "ApproximateNumberOfMessages": "2"}
        if name == "orders-queue":
            target = queue_arn("orders-dead-letters")
            found["RedrivePolicy"] = f'{{"deadLetterTargetArn":"{target}","maxReceiveCount":5}}'
        return {"Attributes": found}

    def _sqs_ListDeadLetterSourceQueues(self, QueueUrl):
        dead = QueueUrl.endswith("dead-letters")
        return {"queueUrls": [queue_url("orders-queue")] if dead else []}

    def _sqs_StartMessageMoveTask(self, SourceArn):
        del SourceArn
        return {}

    def _sqs_DeleteMessage(self, **_):
        return {}

    def _dynamodb_ListTables(self, **_):
        return {"TableNames": ["stock"]}

    def _dynamodb_DescribeTable(self, TableName):
        if TableName != "stock":
            raise error("ResourceNotFoundException", "DescribeTable")
        key = [{"AttributeName": "sku", "KeyType": "HASH"}]
        return {"Table": {"TableStatus": "ACTIVE", "KeySchema": key, "ItemCount": 1}}

    def _dynamodb_Scan(self, **_):
        return {"Items": self.items}

    def _kinesis_ListStreams(self, **_):
        return {"StreamNames": ["events"]}

    def _kinesis_DescribeStreamSummary(self, StreamName):
        if StreamName != "events":
            raise error("ResourceNotFoundException", "DescribeStreamSummary")
        found = {"StreamStatus": "ACTIVE", "RetentionPeriodHours": 24}
        return {"StreamDescriptionSummary": found}

    def _kinesis_ListShards(self, **_):
        return {"Shards": [{"ShardId": "shardId-000"}]}

    def _kinesis_GetShardIterator(self, **_):
        return {"ShardIterator": "i"}

    def _kinesis_GetRecords(self, **_):
        moment = dt.datetime.fromtimestamp(NOW, dt.UTC)
        records = [
            {"SequenceNumber": "1", "ApproximateArrivalTimestamp": moment, **one}
            for one in self.records
        ]
        return {"Records": records}


def container(arn: str) -> dict[str, Any]:
    task = "arn:aws:ecs:eu-west-1:000000000000:task-definition/bulkhead-local-orders:7"
    deployment = {"rolloutState": "COMPLETED", "id": "ecs-svc/1", "taskDefinition": task}
    return {
        "serviceArn": arn,
        "serviceName": arn.rpartition("/")[2],
        "runningCount": 2,
        "desiredCount": 2,
        "taskDefinition": task,
        "deployments": [deployment],
    }


def queue_url(name: str) -> str:
    return f"https://sqs.eu-west-1.amazonaws.com/000000000000/{name}"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:eu-west-1:000000000000:{name}"


def error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "there is none"}}, operation)
