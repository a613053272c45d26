"""Replays of events: of a bus from its archive, of a stream from its records."""

from __future__ import annotations

import base64
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.environment import deploys
from ops.errors import CommandError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

POLL_SECONDS = 1.0
BATCH = 10
DONE = ("COMPLETED", "CANCELLED", "FAILED")
HEX = "[0-9a-f]{6}"


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What is delivered again, and to whom."""

    environment: str
    event: str
    consumer: str
    """The service."""
    start: dt.datetime
    end: dt.datetime


def of_bus(replay: Replay, client: Callable[[str], Any]) -> str:
    """Replay from the archive to the consumer's rule; return what was done."""
    events = client("events")
    project = f"bulkhead-{replay.environment}-events"
    buses = events.list_event_buses(NamePrefix=project)["EventBuses"]
    bus = _one(buses, "Name", rf"{project}-bus-{HEX}", "event bus", replay)
    archives = events.list_archives(EventSourceArn=bus["Arn"])["Archives"]
    if not archives:
        raise CommandError(
            f"The event bus {bus['Name']} has no archive: nothing can be replayed. Deploy the"
            " environment again, which creates one"
        )
    prefix = f"{replay.environment}-{replay.consumer}-{replay.event}-rule"
    rules = events.list_rules(EventBusName=bus["Name"], NamePrefix=prefix)["Rules"]
    rule = _one(rules, "Name", rf"{prefix}-{HEX}", "rule", replay)
    name = f"{replay.event[:24]}-{replay.consumer[:24]}-{int(time.time())}"
    events.start_replay(
        ReplayName=name,
        EventSourceArn=_archive_arn(bus["Arn"], archives[0]["ArchiveName"]),
        EventStartTime=replay.start,
        EventEndTime=replay.end,
        Destination={"Arn": bus["Arn"], "FilterArns": [rule["Arn"]]},
    )
    while (found := events.describe_replay(ReplayName=name))["State"] not in DONE:
        time.sleep(POLL_SECONDS)
    if found["State"] != "COMPLETED":
        reason = found.get("StateReason") or found["State"]
        raise CommandError(f"The replay {name} ended early: {reason}")
    return f"the archive delivered {replay.event} to the queue of {replay.consumer} again ({name})"


def of_stream(replay: Replay, client: Callable[[str], Any]) -> str:
    """Invoke the consumer's function with the records of the time range; return what was done."""
    kinesis, functions = client("kinesis"), client("lambda")
    pattern = rf"bulkhead-{replay.environment}-{replay.event}-stream-{HEX}"
    pages = kinesis.get_paginator("list_streams").paginate()
    names = [{"Name": name} for page in pages for name in page["StreamNames"]]
    stream = _one(names, "Name", pattern, "stream", replay)["Name"]
    described = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    pages = functions.get_paginator("list_event_source_mappings").paginate(
        EventSourceArn=described["StreamARN"]
    )
    mappings = [mapping for page in pages for mapping in page["EventSourceMappings"]]
    wanted = rf".*:function:{replay.environment}-{replay.consumer}-function-{HEX}"
    function = _one(mappings, "FunctionArn", wanted, "event source mapping", replay)["FunctionArn"]
    delivered = 0
    for records in _batches(kinesis, stream, described["StreamARN"], replay):
        _invoke(functions, function, records, delivered)
        delivered += len(records)
    return f"{delivered} records of {replay.event} were delivered to {replay.consumer} again"


def _one(found: list[Any], key: str, pattern: str, what: str, replay: Replay) -> Any:
    matching = [one for one in found if re.fullmatch(pattern, one[key])]
    if not matching:
        raise CommandError(
            f"{replay.environment} has no {what} for {replay.event} and {replay.consumer} yet."
            f" Deploy it with: {deploys(replay.environment)}"
        )
    return matching[0]


def _archive_arn(bus_arn: str, name: str) -> str:
    return f"{bus_arn.partition(':event-bus/')[0]}:archive/{name}"


def _batches(kinesis: Any, stream: str, arn: str, replay: Replay) -> Iterator[list[Any]]:
    """Yield the records of each shard, in order, as events of a function."""
    shards = kinesis.list_shards(StreamName=stream)["Shards"]
    for shard in sorted(one["ShardId"] for one in shards):
        iterator = kinesis.get_shard_iterator(
            StreamName=stream,
            ShardId=shard,
            ShardIteratorType="AT_TIMESTAMP",
            Timestamp=replay.start,
        )["ShardIterator"]
        while iterator:
            answer = kinesis.get_records(ShardIterator=iterator, Limit=1000)
            chosen = [
                one
                for one in answer["Records"]
                if replay.start <= one["ApproximateArrivalTimestamp"] < replay.end
            ]
            for first in range(0, len(chosen), BATCH):
                yield [_record(one, shard, arn) for one in chosen[first : first + BATCH]]
            past = any(
                one["ApproximateArrivalTimestamp"] >= replay.end for one in answer["Records"]
            )
            if past or not answer["MillisBehindLatest"]:
                break
            iterator = answer.get("NextShardIterator")


def _record(raw: dict[str, Any], shard: str, arn: str) -> dict[str, Any]:
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": raw["PartitionKey"],
            "sequenceNumber": raw["SequenceNumber"],
            "data": base64.b64encode(raw["Data"]).decode(),
            "approximateArrivalTimestamp": raw["ApproximateArrivalTimestamp"].timestamp(),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{raw['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "eventSourceARN": arn,
        "replayed": True,
    }


def _invoke(functions: Any, function: str, records: list[Any], before: int) -> None:
    payload = json.dumps({"Records": records})
    answer = functions.invoke(FunctionName=function, Payload=payload)
    body: bytes = answer["Payload"].read()
    result: Any = json.loads(body or b"null") or {}
    failures: list[Any] = result.get("batchItemFailures") or []
    if answer.get("FunctionError") or failures:
        number = failures[0]["itemIdentifier"] if failures else body.decode(errors="replace")[:300]
        raise CommandError(
            f"The function failed after {before} records, at {number}: see its log, and run the"
            " command again"
        )
