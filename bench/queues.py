"""Measures SQS with a backlog.

`python -m bench.queues` sends, receives and deletes one message after the other on an empty queue
and on one that holds 2,000 messages all the time, by turns, through boto3. Read the ratios: near 1
means that no operation looks at more than the message it is about.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from rich.progress import track

from bench.cloud import running_cloud
from bench.running import screen
from localcloud.clients import client

if TYPE_CHECKING:
    from collections.abc import Callable

BACKLOG = 2_000
CYCLES = 300
WARM_UP = 20
BATCH = 10
BODY = "x" * 500


def fill(sqs: Any, queue: str) -> None:
    """Send the backlog to *queue*."""
    entries = [{"Id": str(number), "MessageBody": BODY} for number in range(BATCH)]
    for _ in range(BACKLOG // BATCH):
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)


def cycle(sqs: Any, queue: str) -> dict[str, float]:
    """Send, receive and delete one message; return how long each took."""
    times: dict[str, float] = {}

    def timed(name: str, call: Callable[..., Any], **what: Any) -> Any:
        began = time.perf_counter()
        answer = call(QueueUrl=queue, **what)
        times[name] = time.perf_counter() - began
        return answer

    timed("send", sqs.send_message, MessageBody=BODY)
    [message] = timed("receive", sqs.receive_message)["Messages"]
    timed("delete", sqs.delete_message, ReceiptHandle=message["ReceiptHandle"])
    return times


def main() -> None:
    """Measure and print."""
    with running_cloud() as layout:
        sqs = client(layout, "sqs")
        queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("empty", "full")}
        with screen.status("filling a queue"):
            fill(sqs, queues["full"])
        times: dict[tuple[str, str], list[float]] = defaultdict(list)
        turns = range(-WARM_UP, CYCLES)
        for turn in track(turns, "sending and receiving", console=screen, transient=True):
            for name, queue in queues.items():
                for operation, seconds in cycle(sqs, queue).items():
                    if turn >= 0:
                        times[operation, name].append(seconds)
    print(f"one client, median of {CYCLES}; backlog of 0 and of {BACKLOG}")
    for operation in ("send", "receive", "delete"):
        empty, full = (statistics.median(times[operation, name]) for name in ("empty", "full"))
        print(
            f"  {operation:<8}{empty * 1000:6.2f} ms {1 / empty:6.0f}/s"
            f"   {full * 1000:6.2f} ms {1 / full:6.0f}/s   ratio {empty / full:.2f}"
        )


if __name__ == "__main__":
    main()
