"""Spans of requests, messages and calls, sent by OTLP/HTTP to where the platform says.

The kit makes them: a service needs nothing but the packages, in its requirements.in (one set):

    opentelemetry-sdk, opentelemetry-exporter-otlp-proto-common
    opentelemetry-instrumentation-botocore, -aiohttp-client               as it uses them

    with tracing.span("resize", attributes={"pixels": 100}) as span: ...  # a step of its own

Without OTEL_EXPORTER_OTLP_ENDPOINT nothing is imported and no span is made; the trace of a request
is then passed on as it came (`kit.correlation`).
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
from typing import TYPE_CHECKING, Literal, Protocol

from kit import correlation

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from kit.resilience.usage import Usage
    from kit.tracing.sdk import Sdk

    Kind = Literal["internal", "server", "client", "producer", "consumer"]
    Value = str | bool | int | float

logger = logging.getLogger(__name__)

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
DISABLED = "OTEL_SDK_DISABLED"
FLUSH_SECONDS = 0.5
"""At most, before a function answers: it stands still afterwards."""
FAULT = 500
SENT = re.compile(r"traceparent[\\\"':\s]+(" + correlation.W3C.pattern + ")")


class Span(Protocol):
    """A piece of work that is recorded."""

    def set(self, name: str, value: Value) -> None:
        """Set an attribute."""
        ...

    def fail(self, reason: str) -> None:
        """Mark the work as failed."""
        ...


class _NoSpan:
    def set(self, name: str, value: Value) -> None:
        pass

    def fail(self, reason: str) -> None:
        pass


NO_SPAN: Span = _NoSpan()

_lock = threading.Lock()
_started: list[Sdk | None] = []


def url() -> str:
    """Return where spans are sent; '' if they are not."""
    if os.environ.get(DISABLED, "").lower() == "true":
        return ""
    endpoint = os.environ.get(ENDPOINT, "").rstrip("/")
    return os.environ.get(TRACES_ENDPOINT) or (f"{endpoint}/v1/traces" if endpoint else "")


def start() -> Sdk | None:
    """Begin to trace, and instrument libraries, before connections are made; None if it is off."""
    if not _started:
        with _lock:
            if not _started:
                _started.append(_sdk())
    return _started[0]


def _sdk() -> Sdk | None:
    target = url()
    if not target:
        return None
    try:
        from kit.tracing.sdk import Sdk  # noqa: PLC0415 - it takes time and memory
    except ImportError as error:
        logger.warning(
            "no traces are sent: add opentelemetry-sdk and"
            " opentelemetry-exporter-otlp-proto-common to requirements.in",
            extra={"reason": str(error)},
        )
        return None
    return Sdk(target)


@contextlib.contextmanager
def span(
    name: str,
    *,
    kind: Kind = "internal",
    attributes: Mapping[str, Value] | None = None,
    links: Iterable[str] = (),
) -> Generator[Span]:
    """Record the block as a part of the current span; calls, events and lines belong to it.

    *links* are traces that it has to do with, as `traceparent`.
    """
    sdk = start()
    if sdk is None:
        yield NO_SPAN
        return
    with sdk.span(name, kind, attributes or {}, links) as found:
        token = correlation.traceparent.set(found.traceparent)
        try:
            yield found
        finally:
            correlation.traceparent.reset(token)


@contextlib.contextmanager
def entrance(  # noqa: PLR0913 - what a span begins with
    name: str,
    *,
    kind: Kind,
    parent: str = "",
    root: str = "",
    attributes: Mapping[str, Value] | None = None,
    links: Iterable[str] = (),
) -> Generator[Span]:
    """Record the block as the work that *parent* caused, or as the first of the trace *root*.

    *parent* is a `traceparent`, *root* a trace ID.
    """
    sdk = start()
    if sdk is None:
        yield NO_SPAN
        return
    about = {"bulkhead.hops": correlation.hops.get(), **(attributes or {})}
    with sdk.continued(parent, root), span(name, kind=kind, attributes=about, links=links) as found:
        yield found


def statement(
    text: str, attributes: Mapping[str, Value]
) -> contextlib.AbstractContextManager[None]:
    """Record the block as the SQL statement *text*; an empty one, which only checks, is not.

    *attributes* describe the database, as OpenTelemetry's conventions name them.
    """
    sdk = start()
    if sdk is None or not (words := text.split(maxsplit=1)):
        return contextlib.nullcontext()
    return sdk.leaf(words[0].upper(), {**attributes, "db.statement": text})


def request(
    headers: Mapping[str, str], method: str, route: str
) -> contextlib.AbstractContextManager[Span]:
    """Record the block as the answer to a request with these lower-case *headers*.

    *route* is the template of its path, since a path with IDs would be a name for each request.
    """
    return entrance(
        f"{method} {route}".strip(),
        kind="server",
        parent=correlation.parent_from_headers(headers),
        root=correlation.root_from_headers(headers),
        attributes={"http.request.method": method, "http.route": route},
    )


def call(service: str, method: str, path: str) -> contextlib.AbstractContextManager[Span]:
    """Record the block as a call of *service*."""
    about = {"peer.service": service, "http.request.method": method}
    about |= {"url.path": path.partition("?")[0]}
    return span(f"{method} {service}", kind="client", attributes=about)


@contextlib.contextmanager
def invocation(bodies: Iterable[str]) -> Generator[None]:
    """Record the block as the invocation of a function with messages, and send the spans.

    It links to the messages' traces; the span of each message continues its producer's.
    """
    name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "invocation")
    lambda_trace = {correlation.TRACE_HEADER: os.environ.get("_X_AMZN_TRACE_ID", "")}
    links = [sent[1] for body in bodies if (sent := SENT.search(body))] if url() else []
    root = correlation.root_from_headers(lambda_trace)
    try:
        with entrance(name, kind="consumer", root=root, links=links):
            yield
    finally:
        flush()


def set_status(span: Span, status: int) -> None:
    """Set the HTTP *status* of a request."""
    span.set("http.response.status_code", status)
    if status >= FAULT:
        span.fail(f"HTTP {status}")


def set_calls(span: Span, used: Usage) -> None:
    """Set how many calls of each service the work caused."""
    for callee, total in used.items():
        span.set(f"bulkhead.calls.{callee}", total.calls)


def flush(seconds: float = FLUSH_SECONDS) -> None:
    """Send the spans that ended, within *seconds*."""
    if _started and (sdk := _started[0]) is not None:
        sdk.flush(seconds)
