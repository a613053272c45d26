"""Where the setting allows it, requests name the faults of functions and containers."""

from __future__ import annotations

import time

import pytest
import requests

from tests.integration.added import SECONDS

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3 * SECONDS)]

WITHIN_SECONDS = 60
PATHS = {"function": ("api", "/books/none"), "container": ("shop", "/loans/calls/branches")}
"""An entrance and a path, by what answers there."""
NORMAL = {"function": 404, "container": 200}


@pytest.fixture(scope="module")
def ask(running):
    """Send a request with faults to a function or a container."""
    token = running.run(".venv/bin/bulkhead token reader").strip()

    def send(what, fault=None):
        address, path = PATHS[what]
        url = running.run(f".venv/bin/bulkhead url {address}").strip()
        headers = {"authorization": f"Bearer {token}"} | ({"x-fault": fault} if fault else {})
        return requests.get(f"{url}{path}", headers=headers, timeout=20)

    return send


@pytest.mark.parametrize("what", PATHS)
def test_a_request_fails_as_it_says_and_no_other_does(ask, what):
    failed = ask(what, "error=418@request")
    unreadable = ask(what, "explode@request")

    assert (failed.status_code, ask(what).status_code) == (418, NORMAL[what])
    assert "fault injection at 'request'" in failed.json()["message"]
    assert unreadable.status_code == 400
    assert "'explode@request' is no fault" in unreadable.json()["message"]


def test_a_delay_is_waited_for(ask):
    began = time.monotonic()

    assert ask("container", "delay=1500@request").status_code == 200

    assert time.monotonic() - began >= 1.5


def test_a_container_that_a_request_kills_is_started_again(ask):
    assert ask("container", "kill@request").status_code in {500, 502, 503, 504}

    deadline = time.monotonic() + WITHIN_SECONDS
    while ask("container").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)
