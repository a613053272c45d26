"""Measures how fast event source mappings empty a queue and streams.

`python -m bench.event_sources` stores 1,000 messages in an SQS queue, a Kinesis data stream, and
the stream of a DynamoDB table while their mappings are disabled, then enables one after the other,
by turns, and measures the time until a function that only counts its records was given all of them.
Read the ratios: below 1, a stream is read faster than the queue.
"""

from __future__ import annotations

import io
import json
import statistics
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import track

from bench.cloud import running_cloud
from bench.running import eventually, screen
from localcloud.clients import client

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.layout import Layout

MESSAGES = 1_000
ROUNDS = 7
BATCH = 10
ITEMS = 25  # of a BatchWriteItem
BODY = json.dumps({"text": "x" * 500})
QUEUE, STREAM, TABLE = "queue", "stream", "table"
HANDLER = """
import os

def handler(event, context):
    with open(os.environ["ARRIVALS"], "ab") as file:
        file.write(b"." * len(event["Records"]))
"""


class Sources:
    """A queue, a stream, a table, and the function that reads them."""

    def __init__(self, layout: Layout, arrivals: Path) -> None:
        """Create them in the local cloud; the function adds a byte per record to *arrivals*."""
        self._arrivals = arrivals
        self._functions = client(layout, "lambda")
        self._sqs, self._kinesis = client(layout, "sqs"), client(layout, "kinesis")
        self._dynamodb = client(layout, "dynamodb")
        self._written = 0
        self._queue = self._sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        self._kinesis.create_stream(
            StreamName=STREAM, StreamModeDetails={"StreamMode": "ON_DEMAND"}
        )
        table = self._create_table()
        self._create_function(layout)
        asked = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        described = self._kinesis.describe_stream_summary(StreamName=STREAM)
        self._mappings = {
            QUEUE: self._map(EventSourceArn=asked["Attributes"]["QueueArn"]),
            STREAM: self._map(
                EventSourceArn=described["StreamDescriptionSummary"]["StreamARN"],
                StartingPosition="TRIM_HORIZON",
            ),
            TABLE: self._map(
                EventSourceArn=table["LatestStreamArn"], StartingPosition="TRIM_HORIZON"
            ),
        }
        self._fill: dict[str, Callable[[], None]] = {
            QUEUE: self._fill_queue,
            STREAM: self._fill_stream,
            TABLE: self._fill_table,
        }

    def drain(self, name: str) -> float:
        """Fill the source *name*; return the seconds until the function has got everything."""
        self._arrivals.write_bytes(b"")
        self._fill[name]()
        began = time.monotonic()
        self._functions.update_event_source_mapping(UUID=self._mappings[name], Enabled=True)
        eventually(lambda: self._arrivals.stat().st_size >= MESSAGES, f"emptying the {name}", 120)
        took = time.monotonic() - began
        time.sleep(1)  # what was handled is deleted, or noted in the checkpoint
        self._functions.update_event_source_mapping(UUID=self._mappings[name], Enabled=False)
        time.sleep(1)  # the poller stops
        return took

    def _fill_queue(self) -> None:
        entries = [{"Id": str(number), "MessageBody": BODY} for number in range(BATCH)]
        for _ in range(MESSAGES // BATCH):
            self._sqs.send_message_batch(QueueUrl=self._queue, Entries=entries)

    def _fill_stream(self) -> None:
        records = [
            {"Data": BODY.encode(), "PartitionKey": str(number)} for number in range(MESSAGES // 2)
        ]
        for _ in range(2):
            self._kinesis.put_records(StreamName=STREAM, Records=records)

    def _fill_table(self) -> None:
        for _ in range(MESSAGES // ITEMS):
            puts = [
                {"PutRequest": {"Item": {"id": {"S": str(number)}, "body": {"S": BODY}}}}
                for number in range(self._written, self._written + ITEMS)
            ]
            self._dynamodb.batch_write_item(RequestItems={TABLE: puts})
            self._written += ITEMS

    def _create_table(self) -> dict[str, Any]:
        return self._dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )["TableDescription"]

    def _map(self, **source: Any) -> str:
        made = self._functions.create_event_source_mapping(
            FunctionName="bench", BatchSize=BATCH, Enabled=False, **source
        )
        return made["UUID"]

    def _create_function(self, layout: Layout) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("handler.py", HANDLER)
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = client(layout, "iam").create_role(RoleName="bench", AssumeRolePolicyDocument=policy)
        self._functions.create_function(
            FunctionName="bench",
            Runtime="python3.11",
            Role=role["Role"]["Arn"],
            Handler="handler.handler",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": {"ARRIVALS": str(self._arrivals)}},
        )


def main() -> None:
    """Measure and print."""
    took: dict[str, list[float]] = {QUEUE: [], STREAM: [], TABLE: []}
    with running_cloud() as layout, tempfile.TemporaryDirectory() as folder:
        sources = Sources(layout, Path(folder) / "arrivals")
        with screen.status("starting the function"):
            for name in took:
                sources.drain(name)
        for turn in track(range(ROUNDS), "emptying", console=screen, transient=True):
            for name in sorted(took, reverse=bool(turn % 2)):
                took[name].append(sources.drain(name))
    for name, times in took.items():
        print(
            f"  {name:<8}{MESSAGES} messages   median {statistics.median(times):5.2f} s"
            f"   {min(times):.2f} to {max(times):.2f} s"
        )
    queue = statistics.median(took[QUEUE])
    for name in (STREAM, TABLE):
        print(f"  {name} / queue: {statistics.median(took[name]) / queue:.2f}")


if __name__ == "__main__":
    main()
