"""What a dead and a slow service cost their callers and the callers' other calls.

`PYTHONPATH=services python -m bench.resilience` starts services as processes, sends requests at a
constant rate through `kit.calls` and through a client that just tries three times, and prints
ratios:

    dead   requests in the busiest second after a minute without answers, relative to normal
    slow   p99 of requests that call a quick service, beside others that call a slow one, and beside
           others that call a quick one; by turns, so that a busy machine is so for both

`--seconds 60` is how long the service is dead.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

import aiohttp
from aiohttp import web
from kit.resilience.async_client import AsyncClient
from kit.resilience.callee import Callee, Limits
from kit.resilience.client import Client
from kit.resilience.errors import CallError, NoResponseError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from kit.roles import Caller

HOST = "127.0.0.1"
RATE = 40  # requests per second
TIMEOUT_SECONDS = 3.0
SETTLE_SECONDS, AFTER_SECONDS, SLOW_SECONDS = 3.0, 10.0, 10.0
ROUNDS = 4
QUICK, SLOW = 0.02, 2.5
"""Seconds until a service answers."""
THREADS = 40  # of a caller, for all its requests
TRIES = 3
LIMITS = Limits(timeout_ms=int(TIMEOUT_SECONDS * 1000), max_concurrency=16)
LAST = 98  # of 99 cut points: p99


class Sends(Protocol):
    """A client of one service."""

    async def get(self, path: str) -> object:
        """Send a request."""
        ...


class Naive:
    """A client with a timeout and three tries."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        """Call the service at *url*."""
        self._url = url
        self._session = session

    async def get(self, path: str) -> object:
        """Send a request, up to three times."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        for _ in range(TRIES):
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with self._session.get(self._url + path, timeout=timeout) as answer:
                    return await answer.read()
        raise NoResponseError(self._url, "three tries failed")


def with_kit(url: str, session: aiohttp.ClientSession) -> AsyncClient:
    """Return the kit's client of the service at *url*."""

    async def headers(_caller: Caller | None) -> dict[str, str]:
        return {}

    return AsyncClient(Callee("callee", LIMITS), url, headers, session)


def serve(seconds: float) -> None:
    """Run a service that answers after *seconds*; `/dead/<n>` silences it for n seconds."""
    arrivals: list[float] = []
    silent_until = 0.0

    async def answer(_request: web.Request) -> web.Response:
        arrivals.append(time.time())
        await asyncio.sleep(3600 if time.time() < silent_until else seconds)
        return web.Response(text="{}")

    async def dead(request: web.Request) -> web.Response:
        nonlocal silent_until
        silent_until = time.time() + float(request.match_info["seconds"])
        return web.Response()

    async def counted(_request: web.Request) -> web.Response:
        return web.json_response(arrivals)

    app = web.Application()
    app.router.add_get("/", answer)
    app.router.add_get("/dead/{seconds}", dead)
    app.router.add_get("/arrivals", counted)
    web.run_app(app, host=HOST, port=0, print=lambda text: print(text, flush=True))


@contextlib.contextmanager
def service(seconds: float) -> Generator[str]:
    """Start a service in a process; yield its URL."""
    command = [sys.executable, "-m", "bench.resilience", "--serve", str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "http://" in line)
        yield line[line.index("http://") :].split()[0]
    finally:
        process.kill()
        process.wait()


async def load(client: Sends, seconds: float) -> list[float]:
    """Send requests at the constant rate for *seconds*; return how long each took."""
    took: list[float] = []

    async def one() -> None:
        started = time.perf_counter()
        with contextlib.suppress(CallError):
            await client.get("/")
        took.append(time.perf_counter() - started)

    async with asyncio.TaskGroup() as group:
        started = time.monotonic()
        for index in range(int(seconds * RATE)):
            await asyncio.sleep(max(0.0, started + index / RATE - time.monotonic()))
            group.create_task(one())
    return took


async def dead(create: Callable[[str, aiohttp.ClientSession], Sends], seconds: float) -> float:
    """Return the load of the busiest second after a failure of *seconds*, relative to normal."""
    with service(0.01) as url:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            sending = asyncio.create_task(
                load(create(url, session), SETTLE_SECONDS + seconds + AFTER_SECONDS)
            )
            await asyncio.sleep(SETTLE_SECONDS)
            async with session.get(f"{url}/dead/{seconds}"):
                back = time.time() + seconds
            await sending
            async with session.get(f"{url}/arrivals") as answer:
                arrivals: list[float] = await answer.json()
    starts = (back + step / 4 for step in range(int(4 * (AFTER_SECONDS - 2))))
    return max(sum(at <= one < at + 1 for one in arrivals) for at in starts) / RATE


def beside(create: Callable[[str], Callable[[], object]], slow_seconds: float) -> list[float]:
    """Return how long requests took that call a quick service, in milliseconds.

    They share the threads of a server with requests that call another one.
    """
    took: list[float] = []

    def timed(call: Callable[[], object], came: float) -> None:
        call()
        took.append((time.perf_counter() - came) * 1000)

    with service(slow_seconds) as slow, service(QUICK) as quick:
        ask_slow, ask_quick = create(slow), create(quick)
        with ThreadPoolExecutor(THREADS) as pool:
            started = time.monotonic()
            for index in range(int(SLOW_SECONDS * RATE)):
                time.sleep(max(0.0, started + index / RATE - time.monotonic()))
                pool.submit(ask_slow)
                pool.submit(timed, ask_quick, time.perf_counter())
    return took


def threads_with_kit(url: str) -> Callable[[], object]:
    """Return a call of the service at *url* by the kit's client for threads."""
    client = Client(Callee("callee", LIMITS), url, lambda _caller: {})

    def call() -> None:
        with contextlib.suppress(CallError):
            client.get("/")

    return call


def threads_naive(url: str) -> Callable[[], object]:
    """Return a call of the service at *url* with a timeout and three tries."""

    def call() -> None:
        for _ in range(TRIES):
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer,
            ):
                answer.read()
                return

    return call


async def measure_dead(seconds: float) -> None:
    """Print the load of a service after a failure."""
    kit, naive = await asyncio.gather(dead(with_kit, seconds), dead(Naive, seconds))
    print(f"dead for {seconds:.0f} s, busiest second afterwards: kit {kit:.2f}, naive {naive:.2f}")


def measure_slow() -> None:
    """Print the p99 beside a slow service."""
    for name, create in (("kit", threads_with_kit), ("naive", threads_naive)):
        took: dict[float, list[float]] = {QUICK: [], SLOW: []}
        for turn in range(ROUNDS):
            for seconds in sorted(took, reverse=bool(turn % 2)):
                took[seconds] += beside(create, seconds)
        normal, slow = (statistics.quantiles(took[one], n=100)[LAST] for one in (QUICK, SLOW))
        ratio = f"{slow / normal:.2f}"
        print(f"p99 beside a slow service, {name}: {normal:.1f} -> {slow:.1f} ms ({ratio})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", type=float)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    if options.serve is not None:
        serve(options.serve)
    else:
        measure_slow()
        asyncio.run(measure_dead(options.seconds))
