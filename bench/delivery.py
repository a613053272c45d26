"""Measures the latency of an event from its publisher to its consumer.

`python -m bench.delivery` publishes to an SNS topic; a queue subscribes to it, and a function polls
the queue through an event source mapping with a batch window of 0. The time runs from before the
publisher's call to the first line of the function's handler, in a process that has started before.
First events come one by one, then 20 at once.
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
    from localcloud.layout import Layout

ALONE = 100
BURSTS, CONCURRENCY = 5, 20
HANDLER = """
import json, os, time

def handler(event, context):
    now = time.time()
    with open(os.environ["ARRIVALS"], "a") as file:
        for record in event["Records"]:
            file.write(json.dumps([json.loads(record["body"])["Message"], now]) + chr(10))
"""


def subscribe(layout: Layout, arrivals: Path) -> str:
    """Create a topic, queue, function and event source mapping; return the topic."""
    sns, sqs, functions = (client(layout, name) for name in ("sns", "sqs", "lambda"))
    topic = sns.create_topic(Name="bench")["TopicArn"]
    queue = sqs.create_queue(QueueName="bench")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    arn = attributes["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("handler.py", HANDLER)
    role = client(layout, "iam").create_role(
        RoleName="bench",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )["Role"]["Arn"]
    functions.create_function(
        FunctionName="bench",
        Runtime="python3.11",
        Role=role,
        Handler="handler.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"ARRIVALS": str(arrivals)}},
    )
    functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="bench")
    return topic


class Course:
    """Events on their way from *topic* to the file *arrivals*."""

    def __init__(self, sns: Any, topic: str, arrivals: Path) -> None:
        """Start without events."""
        self._sns, self._topic, self._arrivals = sns, topic, arrivals
        self._sent: dict[str, float] = {}

    def run(self, count: int) -> list[float]:
        """Publish *count* events at once; return how long each took, once all have arrived."""
        names = [str(len(self._sent) + number) for number in range(count)]
        entries = [{"Id": name, "Message": name} for name in names]
        now = time.time()
        self._sent |= dict.fromkeys(names, now)
        if count == 1:
            self._sns.publish(TopicArn=self._topic, Message=names[0])
        else:
            for first in range(0, count, 10):
                self._sns.publish_batch(
                    TopicArn=self._topic, PublishBatchRequestEntries=entries[first : first + 10]
                )
        arrived = eventually(lambda: self._found(names), "the delivery")
        return [arrived[name] - now for name in names]

    def _found(self, names: list[str]) -> dict[str, float] | None:
        text = self._arrivals.read_text() if self._arrivals.exists() else ""
        found = dict(json.loads(line) for line in text.splitlines())
        return found if found.keys() >= set(names) else None


def show(name: str, times: list[float]) -> None:
    """Print one row."""
    ordered = sorted(times)
    p99 = ordered[int(0.99 * (len(ordered) - 1))]
    print(
        f"  {name:<12}{len(times):>4} events   median {statistics.median(times) * 1000:6.1f} ms"
        f"   p99 {p99 * 1000:6.1f} ms   slowest {ordered[-1] * 1000:6.1f} ms"
    )


def main() -> None:
    """Measure and print."""
    with running_cloud() as layout, tempfile.TemporaryDirectory() as folder:
        arrivals = Path(folder) / "arrivals"
        course = Course(client(layout, "sns"), subscribe(layout, arrivals), arrivals)
        with screen.status("starting the function"):
            course.run(1)
            course.run(1)
        turns = track(range(ALONE), "one by one", console=screen, transient=True)
        alone = [time for _ in turns for time in course.run(1)]
        bursts = track(range(BURSTS), f"{CONCURRENCY} at once", console=screen, transient=True)
        together = [time for _ in bursts for time in course.run(CONCURRENCY)]
    print("from before `Publish` to the first line of the function")
    show("one by one", alone)
    show(f"{CONCURRENCY} at once", together)


if __name__ == "__main__":
    main()
