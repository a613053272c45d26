"""Who may lay code over a service, and for how long."""

import asyncio
from pathlib import Path

import pytest

from localcloud.layout import Layout
from localcloud.runtime.context import worker_context
from localcloud.runtime.overlays import leases
from localcloud.runtime.overlays.leases import HeldError, Overlays
from localcloud.runtime.overlays.overlay import FUNCTIONS, TASKS, Overlay, Report, State
from localcloud.runtime.workers.server import serving

NEW = Overlay(FUNCTIONS, "catalog-1a2b", "v1", Path("/code"))


class Runtime:
    """Remembers what it was told."""

    def __init__(self):
        self.wanted = []
        self.lines = []

    def lay_over(self, wanted):
        self.wanted.append(dict(wanted))

    def log(self, workload, text):
        self.lines.append((workload, text))


@pytest.fixture
def runtime():
    return Runtime()


@pytest.fixture
def overlays(runtime, monkeypatch):
    monkeypatch.setattr(leases, "LEASE_SECONDS", 0.1)
    made = Overlays()
    with made.run_by(FUNCTIONS, runtime):
        yield made


async def test_an_overlay_runs_until_its_lease_expires(overlays, runtime):
    states = overlays.renew(7, {"catalog": [NEW]})
    overlays.report(NEW.workload, Report("v1", State.SERVING))
    renewed = overlays.renew(7, {"catalog": [NEW]})
    await asyncio.sleep(0.3)

    assert states == {NEW.workload: Report("v1", State.STARTING)}
    assert renewed == {NEW.workload: Report("v1", State.SERVING)}
    assert runtime.wanted == [{}, {NEW.workload: NEW}, {}]
    assert overlays.owners() == {}


async def test_a_renewed_lease_does_not_expire(overlays, runtime):
    for _ in range(4):
        overlays.renew(7, {"catalog": [NEW]})
        await asyncio.sleep(0.05)

    assert runtime.wanted == [{}, {NEW.workload: NEW}]


async def test_a_released_lease_ends_at_once(overlays, runtime):
    overlays.renew(7, {"catalog": [NEW]})
    overlays.release(7)
    overlays.release(7)

    assert runtime.wanted == [{}, {NEW.workload: NEW}, {}]


async def test_a_service_has_one_lease(overlays):
    overlays.renew(7, {"catalog": [], "orders": []})

    with pytest.raises(HeldError) as refused:
        overlays.renew(8, {"orders": []})
    overlays.renew(8, {"delivery": []})

    assert (refused.value.service, refused.value.owner) == ("orders", 7)
    assert overlays.owners() == {}
    overlays.renew(7, {"catalog": [NEW], "orders": []})
    assert overlays.owners() == {"catalog": 7}


async def test_the_state_of_an_earlier_version_is_not_that_of_a_new_one(overlays):
    overlays.renew(7, {"catalog": [NEW]})
    overlays.report(NEW.workload, Report("v0", State.FAILED, "an earlier version"))

    states = overlays.renew(7, {"catalog": [NEW]})

    assert states == {NEW.workload: Report("v1", State.STARTING)}


async def test_a_runtime_that_starts_later_gets_the_overlays(overlays):
    overlays.renew(7, {"orders": [Overlay(TASKS, "arn", "v1", Path("/code"), Path("/python"))]})

    late = Runtime()
    with overlays.run_by(TASKS, late):
        pass

    assert [list(one) for one in late.wanted] == [["arn"]]


@pytest.fixture
async def request_(tmp_path, runtime):
    """Send a request to the workers' route; return status and body."""
    url = "http://127.0.0.1:1"
    async with worker_context(Layout(tmp_path), url) as context, serving(context, ()):

        async def send(method, path, body=None):
            url = f"{context.workers_url}/overlays{path}"
            async with context.http.request(method, url, json=body) as response:
                return response.status, await response.json()

        with context.overlays.run_by(FUNCTIONS, runtime):
            yield send


DESCRIBED = {"kind": FUNCTIONS, "workload": NEW.workload, "version": "v1", "folder": "/code"}


async def test_the_route_renews_logs_and_releases(request_, runtime):
    renewed = await request_("PUT", "/7", {"services": {"catalog": [DESCRIBED]}})
    refused = await request_("PUT", "/8", {"services": {"catalog": []}})
    owners = await request_("GET", "")
    await request_("POST", "/7", {"workloads": [DESCRIBED], "text": "handler.py:1: SyntaxError"})
    await request_("DELETE", "/7")

    state = {"version": "v1", "state": "starting", "reason": "", "error": None}
    assert renewed == (200, {"states": {NEW.workload: state}})
    assert (refused[0], refused[1]["service"], refused[1]["owner"]) == (409, "catalog", 7)
    assert owners == (200, {"owners": {"catalog": 7}})
    assert runtime.wanted == [{}, {NEW.workload: NEW}, {}]
    assert runtime.lines == [(NEW.workload, "handler.py:1: SyntaxError")]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/me", {"services": {}}),
        ("/7", {}),
        ("/7", {"services": {"catalog": [{**DESCRIBED, "kind": "other"}]}}),
        ("/7", {"services": {"orders": [{**DESCRIBED, "kind": TASKS}]}}),
    ],
)
async def test_a_wrong_request_changes_nothing(request_, runtime, path, body):
    assert (await request_("PUT", path, body))[0] == 400
    assert runtime.wanted == [{}]
