"""Fault injection, and the deadline of a request, in containers and in functions."""

import json
import math
import os
import signal
import time

import pytest
from kit import batch, faults
from kit.asgi import Guard
from kit.errors import RefusedError
from kit.powertools import HttpApiResolver
from kit.resilience import deadline
from kit.settings import SettingError
from kit.testing import events
from kit.testing.asgi import call
from kit.testing.events import request

ROLES = {"GET /debts": "public"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.setenv("ROUTE_ROLES", json.dumps(ROLES))
    monkeypatch.setenv("FAULT_INJECTION", "on")
    monkeypatch.delenv("FAULTS", raising=False)


@pytest.fixture(params=["container", "function"])
def ask(request):
    """Send a request with headers; return its status and message, and what the work saw."""
    return globals()[f"_{request.param}"]


async def _container(**headers):
    seen = []

    async def application(_scope, receive, send):
        await receive()
        seen.append(deadline.remaining())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"message": "done"}'})

    guard = Guard(application, ROLES, open_paths=frozenset())
    status, body, _ = await call(guard, "GET", "/debts", headers=_names(headers))
    return status, body["message"], seen


async def _function(**headers):
    seen = []
    app = HttpApiResolver()

    @app.get("/debts")
    def debts() -> dict[str, str]:
        seen.append(deadline.remaining())
        return {"message": "done"}

    answer = app.resolve(request("GET", "/debts", headers=_names(headers)), None)
    return answer["statusCode"], json.loads(answer["body"])["message"], seen


def _names(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def test_a_request_hands_its_deadline_to_the_calls_that_it_causes(ask):
    status, _, [remaining] = await ask(x_deadline_ms="700")
    _, _, [without] = await ask()

    assert status == 200
    assert 0.5 < remaining <= 0.7
    assert without == math.inf
    assert deadline.current.get() == math.inf


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x_deadline_ms": "0"}, (504, "the deadline of the request has passed")),
        ({"x_deadline_ms": "-5"}, (504, "the deadline of the request has passed")),
        ({"x_deadline_ms": "soon"}, (400, "the header x-deadline-ms is 'soon': write the")),
        ({"x_fault": "sleep@request"}, (400, "the header x-fault cannot be read: 'sleep@")),
        ({"x_fault": "error=503@request"}, (503, "fault injection at 'request': it failed")),
    ],
)
async def test_such_a_request_is_answered_without_work(ask, headers, expected):
    status, message, seen = await ask(**headers)

    assert status == expected[0]
    assert message.startswith(expected[1])
    assert seen == []


@pytest.mark.parametrize(
    ("fault", "works"), [("duplicate@request", 2), ("error@other", 1), ("error@request:0%", 1)]
)
async def test_a_fault_changes_how_often_the_work_is_done(ask, fault, works):
    status, _, seen = await ask(x_fault=fault)

    assert (status, len(seen)) == (200, works)


async def test_a_delay_comes_before_the_work(ask):
    started = time.monotonic()
    await ask(x_fault="delay=60@request")

    assert time.monotonic() - started >= 0.06


async def test_a_lost_answer_is_the_work_and_an_unfinished_response():
    sent, done = [], []

    async def application(_scope, _receive, send):
        done.append(True)
        await send({"type": "http.response.start", "status": 201, "headers": []})

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    guard = Guard(application, ROLES, open_paths=frozenset())
    headers = [(b"x-fault", b"lost@request")]
    scope = {"type": "http", "method": "GET", "path": "/debts", "headers": headers}
    await guard(scope, receive, send)

    assert done == [True]
    assert [message["type"] for message in sent] == ["http.response.start"]
    with pytest.raises(faults.InjectedError, match="its answer was dropped"):
        await _function(x_fault="lost@request")


@pytest.mark.parametrize(
    ("fault", "handled", "failed"), [("duplicate", 2, 0), ("lost", 1, 1), ("error", 0, 1)]
)
def test_faults_are_injected_into_events(monkeypatch, fault, handled, failed):
    monkeypatch.setenv("FAULTS", f"{fault}@event")
    seen = []

    answer = batch.handle(events.batch(events.cloud_event("lent", {"id": "1"})), None, seen.append)

    assert (len(seen), len(answer["batchItemFailures"])) == (handled, failed)


def test_a_kill_ends_the_process(monkeypatch):
    killed = []
    monkeypatch.setattr(os, "kill", lambda *sent: killed.append(sent))
    monkeypatch.setenv("FAULTS", "kill@charge")

    faults.run("charge", lambda: None)

    assert killed == [(os.getpid(), signal.SIGKILL)]


async def test_without_the_setting_every_fault_is_refused(ask, monkeypatch):
    monkeypatch.setenv("FAULT_INJECTION", "off")

    status, message, seen = await ask(x_fault="error@request")

    assert (status, seen) == (403, [])
    assert message == "this environment does not allow fault injection: remove x-fault"
    monkeypatch.setenv("FAULTS", "error@request")
    with pytest.raises(SettingError, match="FAULTS is set, but this environment does not allow"):
        await ask()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("delay@request", "write delay=<milliseconds>"),
        ("kill=5@request", "write kill without a number"),
        ("error=200@request", "write a status from 400 to 599"),
        ("error@request:101%", "write a share of at most 100%"),
        ("error@request,", "'' is no fault: write it as"),
    ],
)
def test_a_fault_that_cannot_be_read_says_what_to_write(text, problem, monkeypatch):
    monkeypatch.setenv("FAULTS", text)

    with pytest.raises(SettingError, match=problem):
        faults.of_environment()
    with pytest.raises(RefusedError, match=problem):
        faults.of_headers({"x-fault": text})
