"""Programs that tasks run, and a client of them."""

from __future__ import annotations

import asyncio
from urllib.error import URLError
from urllib.request import urlopen

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/orders/1"
INTERNAL = GROUP.replace("/orders/", "/orders-internal/")
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
CRASH = "import sys; print('no database'); sys.exit(3)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True)\n"
STUBBORN += "while True: time.sleep(1)"


async def get(address):
    """Return what a task answers; it may have begun only now."""
    async with asyncio.timeout(5):
        while True:
            try:
                return await asyncio.to_thread(
                    lambda: urlopen(f"http://{address}/").read().decode()
                )
            except URLError:
                await asyncio.sleep(0.05)
