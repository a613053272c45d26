"""What a dead or a slow service costs, with the kit and with a client that just tries three times.

The time is virtual: a minute of failure takes part of a second.
"""

import asyncio
import contextlib
import statistics

import aiohttp
import pytest
from kit.resilience.async_client import AsyncClient
from kit.resilience.callee import Callee, Limits
from kit.resilience.errors import CallError
from kit.testing.virtual_time import run

RATE = 20  # requests per second
DEAD_FROM, DEAD_UNTIL, END = 10.0, 70.0, 85.0
TIMEOUT_SECONDS = 3.0
CONNECTIONS = 50  # that the service's calls share


class Network:
    """Services that answer within some time or never, behind a pool of connections."""

    def __init__(self, seconds, *, refuses=False):
        self.seconds = seconds
        self.refuses = refuses
        self.places = asyncio.Semaphore(CONNECTIONS)
        self.arrivals = []

    @contextlib.asynccontextmanager
    async def request(self, _method, url, **_):
        now = asyncio.get_running_loop().time()
        async with self.places:
            if "dead" in url:
                self.arrivals.append(now)
            dead = DEAD_FROM <= now < DEAD_UNTIL
            if "dead" in url and dead and self.refuses:
                raise aiohttp.ClientConnectionError("connection refused")
            away = "dead" in url and dead
            await asyncio.sleep(1000 if away else self.seconds[url.split("/")[2]])
            yield self

    status = 200
    headers = {}  # noqa: RUF012 - the same for all

    async def read(self):
        return b"{}"


class Naive:
    """A client with a timeout and three tries."""

    def __init__(self, name, network):
        self.url = f"https://{name}/"
        self.network = network

    async def get(self, _path):
        for _ in range(3):
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with asyncio.timeout(TIMEOUT_SECONDS), self.network.request("GET", self.url):
                    return
        raise CallError("dead", "three tries failed")


def resilient(name, network):
    async def headers(_caller):
        return {}

    loop = asyncio.get_running_loop()
    limits = Limits(timeout_ms=int(TIMEOUT_SECONDS * 1000), max_concurrency=16)
    callee = Callee(name, limits, clock=loop.time, random=lambda: 0.5)
    return AsyncClient(callee, f"https://{name}", headers, network)


async def load(client, until, took):
    """Send requests at a constant rate, as users do; note how long each one took."""
    loop = asyncio.get_running_loop()

    async def one():
        started = loop.time()
        with contextlib.suppress(CallError):
            await client.get("/")
        took.append(loop.time() - started)

    async with asyncio.TaskGroup() as group:
        while loop.time() < until:
            group.create_task(one())
            await asyncio.sleep(1 / RATE)


async def loads(create, *, refuses):
    """Return the load of the busiest second of a failure, and after it, relative to the normal."""
    network = Network({"dead": 0.05}, refuses=refuses)
    await load(create("dead", network), END, [])

    def most(start, end):
        steps = (start + step / 4 for step in range(int(4 * (end - start)) - 3))
        return max(sum(at <= one < at + 1 for one in network.arrivals) for at in steps) / RATE

    return most(DEAD_FROM + 1, DEAD_UNTIL), most(DEAD_UNTIL, END)


async def p99_beside(create, slow_seconds):
    """Return the p99 of calls of a quick service, while the calls of another one are slow."""
    network = Network({"slow": slow_seconds, "quick": 0.02})
    took = []
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(load(create("slow", network), 5, []))
        group.create_task(load(create("quick", network), 5, took))
    return statistics.quantiles(took, n=100)[98]


@pytest.mark.parametrize(
    ("refuses", "when"), [(True, 0), (False, 1)], ids=["refused, while dead", "silent, afterwards"]
)
def test_a_service_that_is_dead_for_a_minute_sees_no_more_than_its_normal_load(refuses, when):
    with_kit = run(loads(resilient, refuses=refuses))
    naive = run(loads(Naive, refuses=refuses))

    assert max(with_kit) <= 1.2
    assert with_kit[1] > 0.9  # it is called again
    assert naive[when] > 1.2


def test_a_slow_service_does_not_hold_up_the_calls_of_another_one():
    normal = run(p99_beside(resilient, 0.02))
    with_kit = run(p99_beside(resilient, 2.5))
    naive = run(p99_beside(Naive, 2.5))

    assert with_kit <= 1.1 * normal
    assert naive > 1.1 * normal
