"""Spans of requests, messages and calls, and how they are sent."""

import asyncio
import contextlib
import importlib
import json
import threading

import pytest
from kit.testing.asgi import call
from kit.testing.spans import collecting
from opentelemetry.proto.trace.v1.trace_pb2 import Status

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.fixture
def collector(monkeypatch):
    with collecting() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        monkeypatch.setenv("SERVICE_NAME", "loans")
        yield server


@pytest.fixture
def tracing(kit, collector):
    module = kit("tracing")
    yield module
    module.start()._queue.shutdown()


def attributes(span):
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def guarded(kit_module, application):
    return kit_module.Guard(application, {"GET /loans/{id}": "public"}, open_paths=frozenset())


def test_nothing_is_imported_without_an_endpoint(kit, monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    module = kit("tracing")

    with module.span("work") as span:
        span.set("a", 1)

    assert span is module.NO_SPAN
    assert module.start() is None


@pytest.mark.parametrize(
    ("headers", "trace_id", "parent"),
    [
        ({"traceparent": TRACE}, "a" * 32, "b" * 16),
        ({"x-amzn-trace-id": f"Root=1-{'1' * 8}-{'2' * 24}"}, f"{'1' * 8}{'2' * 24}", ""),
        (
            {"x-amzn-trace-id": f"Root=1-{'1' * 8}-{'2' * 24};Parent={'3' * 16};Sampled=1"},
            f"{'1' * 8}{'2' * 24}",
            "3" * 16,
        ),
    ],
)
def test_a_request_continues_the_trace_of_its_headers(
    tracing, collector, headers, trace_id, parent
):
    asgi = importlib.import_module("kit.asgi")
    correlation = asgi.correlation
    seen = {}

    async def application(_scope, _receive, send):
        seen.update(correlation.outgoing())
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    asyncio.run(call(guarded(asgi, application), "GET", "/loans/7", headers=headers))
    tracing.flush(5)

    span = collector.named("GET /loans/{id}")
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (trace_id, parent)
    assert seen["traceparent"] == f"00-{trace_id}-{span.span_id.hex()}-01"
    assert attributes(span)["http.response.status_code"] == 503
    assert span.status.message == "HTTP 503"
    assert collector.resources[0].attributes[0].value.string_value == "loans"


def test_an_event_continues_its_producer_and_the_batch_links_to_it(tracing, collector):
    batch = importlib.import_module("kit.batch")
    body = json.dumps(
        {
            "specversion": "1.0", "id": "e-1", "source": "books", "type": "lent", "data": {},
            "traceparent": TRACE, "baggage": "hops=2",
        }
    )  # fmt: skip
    record = {"messageId": "1", "body": json.dumps({"Type": "Notification", "Message": body})}
    lambda_event = {"Records": [{**record, "eventSource": "aws:sqs", "eventSourceARN": "q"}]}

    handled = []
    answer = batch.handle(lambda_event, None, handled.append)

    assert (answer, len(handled)) == ({"batchItemFailures": []}, 1)
    message, invocation = collector.named("process lent"), collector.named("invocation")
    assert (message.trace_id.hex(), message.parent_span_id.hex()) == ("a" * 32, "b" * 16)
    assert attributes(message)["bulkhead.hops"] == 3
    assert [one.trace_id.hex() for one in invocation.links] == ["a" * 32]
    assert invocation.trace_id != message.trace_id


@pytest.mark.parametrize(
    ("header", "parent"),
    [
        (f"Root=1-{'a' * 8}-{'a' * 24};Parent={'b' * 16};Sampled=1", "b" * 16),
        (f"Root=1-{'a' * 8}-{'a' * 24}", ""),
    ],
)
def test_an_event_that_names_no_trace_continues_that_of_its_message(
    tracing, collector, header, parent
):
    batch = importlib.import_module("kit.batch")
    about = {"specversion": "1.0", "id": "e-1", "source": "books", "type": "lent", "data": {}}
    record = {"messageId": "1", "eventSource": "aws:sqs", "eventSourceARN": "q"}
    sent = {**record, "body": json.dumps(about), "attributes": {"AWSTraceHeader": header}}

    batch.handle({"Records": [sent]}, None, lambda _: None)

    message = collector.named("process lent")
    assert (message.trace_id.hex(), message.parent_span_id.hex()) == ("a" * 32, parent)


def test_a_lone_call_makes_no_trace_and_one_in_a_request_does(tracing, collector):
    with tracing.call("books", "GET", "/books/1?a=b"):
        pass
    with tracing.entrance("work", kind="server"), tracing.call("books", "GET", "/books/2"):
        pass
    tracing.flush(5)

    assert sorted(one.name for one in collector.spans) == ["GET books", "work"]
    assert attributes(collector.named("GET books"))["url.path"] == "/books/2"


def test_a_statement_is_a_span_with_its_text_and_one_that_fails_says_why(tracing, collector):
    about = {"db.system": "postgresql", "db.name": "loans"}
    with tracing.entrance("work", kind="server"):
        with tracing.statement("\nselect * from books", about):
            pass
        with tracing.statement("", about):  # a pool's check of a connection
            pass
        with pytest.raises(ValueError, match="twice"), tracing.statement("INSERT x", about):
            raise ValueError("twice")
    with tracing.statement("SELECT now()", about):  # a poller's look
        pass
    tracing.flush(5)

    work, read, written = (collector.named(name) for name in ("work", "SELECT", "INSERT"))
    assert len(collector.spans) == 3
    assert {one.parent_span_id for one in (read, written)} == {work.span_id}
    assert attributes(read) == {**about, "db.statement": "\nselect * from books"}
    assert (written.status.code, written.status.message) == (
        Status.STATUS_CODE_ERROR,
        "ValueError: twice",
    )


def test_a_parent_that_is_not_sampled_is_continued_but_not_recorded(tracing, collector):
    with tracing.entrance("work", kind="server", parent=f"{TRACE[:-2]}00"):
        pass
    with tracing.entrance("other", kind="server", parent=TRACE):
        pass
    tracing.flush(5)

    assert [one.name for one in collector.spans] == ["other"]


def test_no_percent_samples_nothing(collector, kit, monkeypatch):
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0")
    module = kit("tracing")

    with module.entrance("work", kind="server"):
        pass
    module.start()._queue.shutdown()

    assert collector.spans == []


class Sampled:
    class context:  # noqa: N801 - as the SDK's spans have it
        class trace_flags:  # noqa: N801
            sampled = True


@contextlib.contextmanager
def queue(kit, send, **options):
    export = kit("tracing.export")
    opened = export.SpanQueue(lambda spans: bytes(len(spans)), send, **options)
    yield opened
    opened.shutdown()


def test_spans_wait_while_nobody_answers_and_surplus_is_counted(kit):
    sent = []
    up = threading.Event()

    def send(body):
        if not up.is_set():
            raise ConnectionRefusedError
        sent.append(len(body))
        return 200

    with queue(kit, send, max_spans=10) as opened:
        for _ in range(15):
            opened.on_end(Sampled)
        assert opened.flush(5) is False
        up.set()
        assert opened.flush(5) is True

    assert (sum(sent), opened.dropped) == (10, 5)


@pytest.mark.parametrize(
    ("statuses", "sent", "dropped"), [([503, 200], 4, 0), ([400], 0, 4), ([413, 200, 200], 4, 0)]
)
def test_a_status_says_whether_spans_are_sent_again(kit, statuses, sent, dropped):
    answers, accepted = iter(statuses), []

    def send(body):
        status = next(answers)
        accepted.extend([1] * len(body) if status == 200 else [])
        return status

    with queue(kit, send) as opened:
        for _ in range(4):
            opened.on_end(Sampled)
        while not opened.flush(5):
            pass

    assert (len(accepted), opened.dropped) == (sent, dropped)


def test_spans_that_were_dropped_shortly_before_the_exit_are_logged_at_the_exit(kit, caplog):
    def send(_):
        raise ConnectionRefusedError

    with queue(kit, send, max_spans=10) as opened:
        for _ in range(12):
            opened.on_end(Sampled)
        opened.flush(5)
        for _ in range(3):
            opened.on_end(Sampled)

    reports = [one for one in caplog.records if one.message == "spans were dropped"]
    assert sum(one.dropped for one in reports) == opened.dropped == 15


def test_a_request_to_xray_is_signed(kit, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    export = kit("tracing.export")

    headers = export._signer("https://xray.eu-west-1.amazonaws.com/v1/traces")(b"a", {"A": "b"})

    assert "/eu-west-1/xray/aws4_request" in headers["Authorization"]
    assert headers["A"] == "b"
