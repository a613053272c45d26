"""Engines and processes are killed under 50 requests a second: no acknowledged order is lost."""

import os
import signal

import psutil
import pytest
from load import constant_load
from shop import eventually
from test_survival import ready

pytestmark = pytest.mark.integration


def supervised(shop, name):
    """Return the process ids of the supervised processes whose names begin with *name*."""
    found = [one["pid"] for one in shop.status()["processes"] if one["name"].startswith(name)]
    assert found, f"no process {name}"
    return found


def kill(shop, name):
    """Kill the processes of *name*; the supervisor's children end with it."""
    if name == "task":
        shop.tasks()[0].kill()
    elif name == "supervisor":
        supervisor = psutil.Process(shop.status_of_supervisor()["pid"])
        family = [supervisor, *supervisor.children(recursive=True)]
        supervisor.kill()
        eventually(lambda: not any(one.is_running() for one in family), seconds=30)
        shop.start_without_pulumi()
    else:
        for pid in supervised(shop, name):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("name", ["task", "database", "supervisor"])
def test_no_acknowledged_order_is_lost(shop, name):
    with constant_load(shop) as load:
        eventually(lambda: len(load.placed) >= 10, seconds=30)
        kill(shop, name)
        eventually(lambda: ready(shop), seconds=60)
        enough = len(load.placed) + 20
        eventually(lambda: len(load.placed) >= enough, seconds=60)

    lost = [one for one in load.placed if shop.order(one).status_code != 200]
    assert lost == [], f"{len(lost)} of {len(load.placed)}"
