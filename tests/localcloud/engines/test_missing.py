"""What happens while an engine is missing, and when it is installed."""

import asyncio
import os
import shutil
from collections import Counter
from dataclasses import replace

import pytest

from localcloud import off
from localcloud.engines import desired
from localcloud.engines.catalog import ENGINES
from localcloud.engines.servers import Servers
from localcloud.layout import Layout
from localcloud.off import NotRunningServices
from localcloud.supervisor.process import State
from localcloud.supervisor.servers import ServerProcesses

NEEDS = f"off: needs memcached: {ENGINES['memcached'].how_to_get}"


@pytest.fixture
def without_memcached(monkeypatch):
    """Remove memcached from PATH; the value is the path with it."""
    if shutil.which("memcached") is None:
        pytest.skip(f"memcached is not installed: {ENGINES['memcached'].how_to_get}")
    before = os.environ["PATH"]
    monkeypatch.setenv("PATH", "")
    return before


async def test_a_service_is_off_without_its_engine_and_starts_when_it_is_installed(
    tmp_path, without_memcached, monkeypatch
):
    layout, servers = Layout(tmp_path), Servers(Layout(tmp_path))
    processes, follow = ServerProcesses(layout, lambda: None), NotRunningServices(layout)

    endpoint = servers.create("memcached", "prices", {}, service="catalog")
    await processes.follow()
    during = follow()
    monkeypatch.setenv("PATH", without_memcached)
    await processes.follow()
    [process] = processes.processes()
    async with asyncio.timeout(20):
        while process.state is not State.READY:
            await asyncio.sleep(0.02)

    assert (during.reason("catalog"), during.message("catalog")) == (
        NEEDS,
        f"The service catalog is {NEEDS}",
    )
    assert ("orders" in during, "catalog" in during) == (False, True)
    assert endpoint == servers.endpoint("memcached", "prices")
    assert not follow()
    await processes.stop()


def test_a_deleted_server_turns_no_service_off(tmp_path, without_memcached):
    servers = Servers(Layout(tmp_path))
    servers.create("memcached", "prices", {}, service="catalog")
    servers.create("memcached", "shared", {})
    before = dict(off.read(Layout(tmp_path)))

    servers.delete("memcached", "prices")

    assert (before, dict(off.read(Layout(tmp_path)))) == ({"catalog": NEEDS}, {})


async def test_following_servers_without_a_change_reads_none_of_them(tmp_path, monkeypatch):
    layout, calls = Layout(tmp_path), Counter()

    def counted(one):
        def find():
            calls[one.name] += 1

        return replace(one, find=find)

    for name in ENGINES:
        monkeypatch.setitem(ENGINES, name, counted(ENGINES[name]))
    read = desired.read
    monkeypatch.setattr(desired, "read", lambda home: calls.update(["read"]) or read(home))
    servers, processes = Servers(layout), ServerProcesses(layout, lambda: None)
    for number in range(20):
        servers.create("valkey", f"cache-{number}", {})
    await processes.follow()
    calls.clear()

    for _ in range(10):
        await processes.follow()

    assert calls == {"valkey": 10}  # the engine that is missing, not its servers
