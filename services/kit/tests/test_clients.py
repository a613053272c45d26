"""Both clients of `kit.calls`, against a server in this process."""

import asyncio
import contextlib
import http.server
import json
import socket
import threading
import time

import aiohttp
import pytest
from fastapi import FastAPI
from kit import calls
from kit.fastapi import handle_errors
from kit.powertools import HttpApiResolver
from kit.testing import asgi, events


class Loans:
    """Answers with what it received; it can be told to fail."""

    def __init__(self):
        self.answers = []
        self.requests = []
        self.connections = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                outer.connections += 1

            def answer(self):
                size = int(self.headers.get("content-length", 0))
                body = self.rfile.read(size).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((f"{self.command} {self.path}", headers, body))
                answer = outer.answers.pop(0) if outer.answers else 200
                if answer == "drop":
                    self.close_connection = True
                    return
                if answer == "slow":
                    time.sleep(0.4)
                content = json.dumps({"path": self.path}).encode()
                length = len(content) * (2 if answer == "half" else 1)
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("content-length", str(length))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(content)
                self.close_connection = answer == "half"

            do_GET = do_POST = do_PUT = answer  # noqa: N815 - names that http.server calls

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture(scope="module")
def server():
    made = Loans()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def loans(server):
    server.answers.clear()
    server.requests.clear()
    return server


@pytest.fixture(autouse=True)
def _environment(loans, monkeypatch):
    for name, value in {"URL": f"{loans.url}/base/", "TIMEOUT_MS": "200"}.items():
        monkeypatch.setenv(f"LOANS_{name}", value)
    monkeypatch.setenv("SERVICE_NAME", "fines")
    for cached in (calls.client, calls._callee):
        cached.cache_clear()


@pytest.fixture(params=["sync", "async"])
def request_(request):
    """Send requests one after the other, as a function or in a coroutine."""
    if request.param == "sync":
        return lambda *asked, **more: calls.client("loans").request(*asked, **more)

    def send(*asked, **more):
        async def run():
            async with aiohttp.ClientSession() as session:
                return await calls.async_client("loans", session).request(*asked, **more)

        return asyncio.run(run())

    return send


def test_a_call_returns_what_the_service_responds(request_, loans):
    found = request_("PUT", "/debts?of=ada", json={"cents": 5}, headers={"X-More": "1"})

    assert (found.status, found.json()) == (200, {"path": "/base/debts?of=ada"})
    [(line, headers, body)] = loans.requests
    assert (line, body) == ("PUT /base/debts?of=ada", '{"cents": 5}')
    assert (headers["content-type"], headers["x-more"]) == ("application/json", "1")
    assert 100 < int(headers["x-deadline-ms"]) <= 200


@pytest.mark.parametrize("status", [404, 409, 302])
def test_a_status_below_500_is_a_response(request_, loans, status):
    loans.answers[:] = [status]

    assert request_("GET", "/debts").status == status


@pytest.mark.parametrize("failure", ["drop", "half", 500, 503, 429])
@pytest.mark.parametrize(
    ("method", "headers", "tries"),
    [("GET", {}, 2), ("POST", {"Idempotency-Key": "k"}, 2), ("POST", {}, 1)],
)
def test_a_failure_is_retried_if_the_request_may_be_repeated(  # noqa: PLR0913, PLR0917 - cases
    request_, loans, failure, method, headers, tries
):
    loans.answers[:] = [failure]
    errors = (calls.NoResponseError, calls.ErrorResponseError)

    if tries == 2:
        assert request_(method, "/debts", headers=headers).status == 200
    else:
        with pytest.raises(errors, match="the call of loans failed: ") as raised:
            request_(method, "/debts", headers=headers)
        assert raised.value.callee == "loans"

    assert len(loans.requests) == tries


def test_no_answer_in_time_is_a_timeout_which_is_not_retried(request_, loans):
    loans.answers[:] = ["slow"]
    started = time.monotonic()

    with pytest.raises(calls.DeadlineExceededError, match="did not respond within 200 ms"):
        request_("GET", "/debts")

    assert 0.15 < time.monotonic() - started < 0.35
    assert len(loans.requests) == 1


def test_a_connection_is_kept_until_the_service_closes_it(loans):
    client = calls.client("loans")
    before = loans.connections
    for _ in range(3):
        client.get("/debts")
    kept = loans.connections - before
    loans.answers[:] = ["half"]
    client.get("/debts")

    assert (kept, loans.connections - before) == (1, 2)


def test_an_unreachable_service_is_no_response(request_, monkeypatch):
    monkeypatch.setenv("LOANS_URL", "http://127.0.0.1:1")

    with pytest.raises(calls.NoResponseError, match=r"refused|Cannot connect"):
        request_("POST", "/debts")


def test_calls_and_bytes_of_a_request_are_counted_and_too_many_are_reported(
    request_, monkeypatch, capsys, caplog
):
    monkeypatch.setenv("LOANS_MAX_CALLS_PER_REQUEST", "1")

    with calls.counted() as used:
        request_("GET", "/debts")
        request_("PUT", "/debts", json=5)

    assert (used["loans"].calls, used["loans"].bytes) == (2, 2 * len('{"path": "/base/debts"}') + 1)
    line = json.loads(capsys.readouterr().out)
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service", "callee"]]
    assert (line["service"], line["callee"], line["Calls"]) == ("fines", "loans", 2)
    assert (line["retries"], line["correlation_id"]) == (0, "")
    assert 0 < line["CallMilliseconds"] <= line["RequestMilliseconds"]
    [record] = caplog.records
    assert record.getMessage() == "more calls than max_calls_per_request"
    assert (record.calls, record.max_calls_per_request) == (2, 1)


@pytest.mark.parametrize(
    ("fault", "error", "sent"),
    [
        ("error=503@call.loans", calls.ErrorResponseError, 0),
        ("lost@call.loans", calls.NoResponseError, 1),
        ("delay=900@call.loans", calls.DeadlineExceededError, 0),
    ],
)
def test_a_fault_is_injected_into_calls(  # noqa: PLR0913, PLR0917 - cases
    request_, loans, monkeypatch, fault, error, sent
):
    monkeypatch.setenv("FAULT_INJECTION", "on")
    monkeypatch.setenv("FAULTS", fault)

    with pytest.raises(error):
        request_("POST", "/debts")

    assert len(loans.requests) == sent


def test_an_address_that_refuses_is_passed_over(loans, monkeypatch):
    host, port = loans.server.server_address
    known = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, other)) for other in (1, port)]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: known)

    assert calls.client("loans").get("/debts").status == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (calls.DeadlineExceededError("loans", "late"), 504),
        (calls.ErrorResponseError("loans", 500), 503),
        (calls.NoTokenError("loans.test", "down"), 503),
    ],
)
async def test_a_failed_call_that_nobody_catches_is_a_response(monkeypatch, error, status):
    monkeypatch.setenv("ROUTE_ROLES", json.dumps({"GET /debts": "public"}))
    function, container = HttpApiResolver(), FastAPI()
    handle_errors(container)

    @function.get("/debts")
    @container.get("/debts")
    def debts() -> dict[str, str]:
        raise error

    answer = function.resolve(events.request("GET", "/debts"), None)
    found = await asgi.call(container, "GET", "/debts")

    expected = (status, {"message": "loans does not answer; try again"})
    assert (answer["statusCode"], json.loads(answer["body"])) == expected
    assert found[:2] == expected
