"""JSON log lines and the correlation ID."""

import asyncio
import json
import logging

import pytest
from kit import log
from kit.asgi import Guard
from kit.testing.asgi import call


def test_a_line_is_one_json_object_with_the_correlation_id(kit, monkeypatch):
    log = kit("log")
    monkeypatch.setenv("SERVICE_NAME", "orders")
    record = logging.makeLogRecord(
        {"name": "relay", "levelname": "INFO", "msg": "sent\n%s", "args": ("ü",), "order_id": "7"}
    )
    reset = log.correlation.current.set("abc")

    line = log.JsonFormatter().format(record)
    log.correlation.current.reset(reset)
    with log.correlation.context("abc", f"00-{'a' * 32}-{'b' * 16}-01", 0):
        traced = json.loads(log.JsonFormatter().format(record))

    assert "\n" not in line
    found = json.loads(line)
    assert found | {"trace_id": "a" * 32, "span_id": "b" * 16} == traced
    assert found["message"] == "sent\nü"
    assert (found["service"], found["correlation_id"], found["order_id"]) == ("orders", "abc", "7")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-correlation-id": "mine", "x-amzn-trace-id": "Root=1-2-3"}, "mine"),
        ({"x-amzn-trace-id": "Self=9;Root=1-67891233-abcdef012345678912345678"}, "1-67891233-"),
        ({"x-correlation-id": 'no"quotes'}, ""),
        ({}, ""),
    ],
)
def test_the_id_comes_from_the_caller_then_from_the_trace(kit, headers, expected):
    correlation = kit("correlation")

    found = correlation.from_headers(headers)

    assert found.startswith(expected)
    assert correlation.ACCEPTED.fullmatch(found)


def test_a_missing_variable_is_named(kit, monkeypatch):
    settings = kit("settings")
    monkeypatch.delenv("NOWHERE", raising=False)

    with pytest.raises(settings.SettingError, match="NOWHERE is not set"):
        settings.text("NOWHERE")
    monkeypatch.setenv("NOWHERE", "x")
    with pytest.raises(settings.SettingError, match="NOWHERE is 'x': write a whole number"):
        settings.number("NOWHERE")


def test_the_line_of_a_failed_request_has_the_ids_of_its_trace(capsys, monkeypatch):
    async def application(_scope, _receive, send):  # as FastAPI does
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b'{"message": "failed"}'})
        raise ZeroDivisionError

    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    log.configure()
    guard = Guard(application, {"GET /loans": "public"}, open_paths=frozenset())

    headers = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "x-correlation-id": "abc"}
    status, _, _ = asyncio.run(call(guard, "GET", "/loans", headers=headers))

    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    [failed] = [one for one in lines if one["level"] == "ERROR"]
    assert status == 500
    assert (failed["correlation_id"], failed["trace_id"]) == ("abc", "a" * 32)
    assert "ZeroDivisionError" in failed["exception"]
