"""Writes 2,000 log lines a second until it is terminated: `python -m bench.log_lines <endpoint>`.

They go through the sender that tasks have, to streams of the log group GROUP.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp

from localcloud.account import REGION
from localcloud.runtime.api import AwsApi
from localcloud.runtime.log_sender import LogSender, LogStreams, Stream

GROUP = "/bench/lines"
PER_SECOND = 2_000
STREAMS = 4
TICK_SECONDS = 0.05
MOST_SECONDS = 0.2
"""What is caught up after this process did not run, as while it was suspended."""


async def write(endpoint: str) -> None:
    """Write lines until cancelled."""
    async with aiohttp.ClientSession() as http:
        sender = LogSender(LogStreams(AwsApi(endpoint, http, REGION)))
        sending = asyncio.create_task(sender.run())
        streams = [Stream(REGION, GROUP, f"task/{number}") for number in range(STREAMS)]
        number, before = 0, time.monotonic()
        while not sending.done():
            await asyncio.sleep(TICK_SECONDS)
            now = time.monotonic()
            due = int(min(now - before, MOST_SECONDS) * PER_SECOND)
            before = now
            for _ in range(due):
                number += 1
                line = {"level": "INFO", "event": "order-placed", "order_id": f"{number:032x}"}
                sender.add(streams[number % STREAMS], json.dumps(line))
        sending.result()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
