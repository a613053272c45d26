"""The OpenTelemetry SDK as `kit.tracing` uses it."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import logging
import os
import secrets
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from opentelemetry import context as contexts
from opentelemetry import propagate, trace
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)

from kit import correlation
from kit.tracing.export import SpanQueue, encode, sender

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from opentelemetry.context import Context

    from kit.tracing import Kind, Value

logger = logging.getLogger(__name__)

INSTRUMENTATIONS = (
    "opentelemetry.instrumentation.botocore:BotocoreInstrumentor",
    "opentelemetry.instrumentation.aiohttp_client:AioHttpClientInstrumentor",
)
"""Used as far as they are installed."""
PERCENT = "OTEL_TRACES_SAMPLER_ARG"
EXIT_SECONDS = 2.0

_root: ContextVar[str] = ContextVar("trace_root", default="")
"""Trace ID of the next span without a parent."""


class Ids(IdGenerator):
    """Trace IDs that X-Ray accepts, or that of its header."""

    def generate_trace_id(self) -> int:
        """Return the root that the request came with, or a new ID."""
        return int(_root.get() or correlation.new_trace_id(), 16)

    def generate_span_id(self) -> int:
        """Return a new ID."""
        return secrets.randbits(64) or 1


class Entrances(sampling.Sampler):
    """Samples traces that begin with a request, a message or a step, and no lone calls.

    A program that polls a queue or a table would otherwise make a trace of each look.
    """

    def __init__(self, ratio: float) -> None:
        """Sample *ratio* of the traces."""
        self._sampler = sampling.TraceIdRatioBased(ratio)

    def should_sample(  # noqa: PLR0913, PLR0917 - as the SDK calls it
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Any = None,
        links: Sequence[Link] | None = None,
        trace_state: Any = None,
    ) -> sampling.SamplingResult:
        """Return the decision."""
        if kind is SpanKind.CLIENT:
            return sampling.SamplingResult(sampling.Decision.DROP)
        return self._sampler.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        """Return a text for logs."""
        return f"Entrances({self._sampler.get_description()})"


class RecordedSpan:
    """A span of the SDK."""

    def __init__(self, span: trace.Span) -> None:
        """Record to *span*."""
        self._span = span
        of = span.get_span_context()
        self.traceparent = f"00-{of.trace_id:032x}-{of.span_id:016x}-{int(of.trace_flags):02x}"
        """The span as a parent of others."""

    def set(self, name: str, value: Value) -> None:
        """Set an attribute."""
        self._span.set_attribute(name, value)

    def fail(self, reason: str) -> None:
        """Mark the work as failed."""
        self._span.set_status(Status(StatusCode.ERROR, reason))


class Sdk:
    """Makes spans, and sends them in a thread."""

    def __init__(self, url: str) -> None:
        """Send to *url*."""
        self._queue = SpanQueue(encode, sender(url))
        provider = TracerProvider(
            sampler=sampling.ParentBased(Entrances(_ratio())),
            resource=_resource(),
            id_generator=Ids(),
            shutdown_on_exit=False,
        )
        provider.add_span_processor(self._queue)
        # Headers and attributes are the kit's: those of a message belong to its producer.
        propagate.set_global_textmap(CompositePropagator([]))
        self._tracer = provider.get_tracer("kit")
        _instrument(provider)
        atexit.register(self._queue.shutdown, EXIT_SECONDS)

    @contextlib.contextmanager
    def continued(self, parent: str, root: str) -> Generator[None]:
        """Continue the trace of *parent*, or begin that with the ID *root*, in the block."""
        context = contexts.Context()
        if found := _span_context(parent):
            context = trace.set_span_in_context(NonRecordingSpan(found), context)
        token, root_token = contexts.attach(context), _root.set(root)
        try:
            yield
        finally:
            _root.reset(root_token)
            contexts.detach(token)

    @contextlib.contextmanager
    def span(
        self, name: str, kind: Kind, attributes: Mapping[str, Value], links: Iterable[str]
    ) -> Generator[RecordedSpan]:
        """Record the block."""
        linked = [Link(found) for one in links if (found := _span_context(one))]
        with (
            self._tracer.start_as_current_span(
                name, kind=SpanKind[kind.upper()], attributes=attributes, links=linked
            ) as span,
            # The call's own span is this one: its HTTP client makes no second one.
            _without_http_spans() if kind == "client" else contextlib.nullcontext(),
        ):
            yield RecordedSpan(span)

    @contextlib.contextmanager
    def leaf(self, name: str, attributes: Mapping[str, Value]) -> Generator[None]:
        """Record the block, a call in which no other spans begin."""
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)
        try:
            yield
        except Exception as error:
            span.record_exception(error)
            span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
            raise
        finally:
            span.end()

    def flush(self, seconds: float) -> None:
        """Send the spans that ended, within *seconds*."""
        self._queue.flush(seconds)


def _without_http_spans() -> contextlib.AbstractContextManager[None]:
    try:
        from opentelemetry.instrumentation import (  # noqa: PLC0415 - not always installed
            utils,
        )
    except ImportError:
        return contextlib.nullcontext()
    return utils.suppress_http_instrumentation()


def _span_context(traceparent: str) -> SpanContext | None:
    if not correlation.W3C.fullmatch(traceparent):
        return None
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(
        int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
    )


def _ratio() -> float:
    try:
        return min(1.0, max(0.0, float(os.environ.get(PERCENT) or 1.0)))
    except ValueError:
        logger.warning("a variable is not a number from 0 to 1", extra={"variable": PERCENT})
        return 1.0


def _resource() -> Resource:
    name = os.environ.get("SERVICE_NAME", "")
    own = Resource({"service.name": name} if name else {"service.name": "unknown_service"})
    return own.merge(OTELResourceDetector().detect())


def _instrument(provider: TracerProvider) -> None:
    for name in INSTRUMENTATIONS:
        module, _, kind = name.partition(":")
        with contextlib.suppress(ImportError):
            getattr(importlib.import_module(module), kind)().instrument(tracer_provider=provider)
