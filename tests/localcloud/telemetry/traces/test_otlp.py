"""What the OTLP endpoint takes, and how it refuses the rest."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.ports import HOST, claim
from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.server import serving
from localcloud.telemetry.traces import run
from localcloud.telemetry.traces.decode import (
    InvalidExportError,
    from_json,
    from_protobuf,
    spans_of,
)

START = 1_800_000_000 * 10**9
PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}


def exported(*spans, service="orders"):
    attribute = {"key": "service.name", "value": {"stringValue": service}}
    return {
        "resourceSpans": [
            {"resource": {"attributes": [attribute]}, "scopeSpans": [{"spans": list(spans)}]}
        ]
    }


def span(**changes):
    return {
        "traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "EEE19B7EC3C1B174",
        "parentSpanId": "EEE19B7EC3C1B173", "name": "GET /orders", "kind": 2,
        "startTimeUnixNano": str(START), "endTimeUnixNano": str(START + 5_000_000),
        "attributes": [{"key": "http.response.status_code", "value": {"intValue": "503"}}],
        **changes,
    }  # fmt: skip


def posted(layout, *requests, warning=""):
    """Return status and body of each request (path, headers, body), and the stored spans."""

    async def post():
        async with telemetry_context(layout) as context:
            run.install(context)
            context.spans_warning = warning
            url = f"http://{HOST}:{claim(layout, 'telemetry')}"
            async with serving(context), aiohttp.ClientSession() as http:
                found = []
                for path, headers, body in requests:
                    sent = io.BytesIO(body)
                    async with http.post(url + path, data=sent, headers=headers) as answer:
                        found.append((answer.status, await answer.read()))
            return found, context.traces.trace("5b8efff798038103d269b633813fc60c")

    return asyncio.run(post())


def test_spans_arrive_in_protobuf_and_json_compressed_or_not(layout):
    text = json.dumps(exported(span())).encode()
    other = from_json(json.dumps(exported(span(spanId="EEE19B7EC3C1B175"))).encode())
    packed = gzip.compress(other.SerializeToString())

    found, stored = posted(
        layout,
        ("/v1/traces", JSON, text),
        ("/v1/traces", {**PROTOBUF, "Content-Encoding": "gzip"}, packed),
    )

    assert found == [(200, b"{}"), (200, b"")]
    assert [one.span_id for one in stored] == ["eee19b7ec3c1b174", "eee19b7ec3c1b175"]
    assert (stored[0].service, stored[0].status, stored[0].fault) == ("orders", 503, True)
    assert stored[0].seconds == 0.005


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason"),
    [
        (PROTOBUF, b"\xff\xff", 400, b"not an ExportTraceServiceRequest"),
        (JSON, b"[]", 400, b"not a JSON object"),
        (JSON, b"{", 400, b"not an ExportTraceServiceRequest"),
        (JSON, json.dumps(exported(span(traceId="xyz"))).encode(), 400, b"hexadecimal"),
        (JSON, json.dumps(exported(span(traceId="00" * 16))).encode(), 400, b"traceId must be"),
        (JSON, json.dumps(exported(span(endTimeUnixNano="1"))).encode(), 400, b"in order"),
        ({**PROTOBUF, "Content-Encoding": "gzip"}, b"plain", 400, b""),
        (PROTOBUF, b"0" * (5 * 1024 * 1024 + 1), 413, b"5242880 bytes"),
        (
            {**PROTOBUF, "Content-Encoding": "gzip"},
            gzip.compress(bytes(20 * 1024 * 1024)),
            413,
            b"5242880 bytes",
        ),
        ({"Content-Type": "text/plain"}, b"", 415, b"Content-Type must be"),
        ({**PROTOBUF, "Content-Encoding": "compress"}, b"", 415, b"Content-Encoding must be"),
        ({**JSON, "Origin": "http://127.0.0.1:3000"}, b"{}", 403, b"rejected"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(layout, headers, body, status, reason):
    [(answered, text)], stored = posted(layout, ("/v1/traces", headers, body))

    assert answered == status
    assert reason in text
    assert stored == []


def test_a_bad_span_does_not_refuse_the_others(layout):
    body = json.dumps(exported(span(), span(spanId="00" * 8))).encode()

    [(status, text)], stored = posted(layout, ("/v1/traces", JSON, body))

    assert (status, len(stored)) == (200, 1)
    assert json.loads(text)["partialSuccess"]["rejectedSpans"] == "1"


def test_senders_are_warned_of_what_an_account_would_refuse(layout):
    text = json.dumps(exported(span())).encode()

    [(status, body)], stored = posted(
        layout, ("/v1/traces", JSON, text), warning=run.WITHOUT_SEARCH
    )

    assert (status, len(stored)) == (200, 1)
    assert json.loads(body) == {"partialSuccess": {"errorMessage": run.WITHOUT_SEARCH}}


@pytest.mark.parametrize("path", ["/v1/logs", "/v1/metrics"])
def test_logs_and_metrics_are_refused_by_name(layout, path):
    [(status, text)], _ = posted(layout, (path, JSON, b"{}"))

    assert status == 501
    assert f"{path} is not supported".encode() in text


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    for read in (from_protobuf, from_json):
        with contextlib.suppress(InvalidExportError):
            spans_of(read(body))


def test_values_of_every_type_are_read():
    values = [
        {"stringValue": "a"}, {"boolValue": True}, {"doubleValue": "NaN"},
        {"bytesValue": "AAE="}, {"arrayValue": {"values": [{"intValue": 1}]}},
        {"kvlistValue": {"values": [{"key": "k", "value": {"intValue": "2"}}]}}, {},
    ]  # fmt: skip
    sent = [{"key": str(number), "value": value} for number, value in enumerate(values)]

    [[found], _] = spans_of(from_json(json.dumps(exported(span(attributes=sent))).encode()))

    assert list(found.attributes.values()) == ["a", True, "nan", "AAE=", [1], {"k": 2}, None]
