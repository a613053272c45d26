"""Sends spans in a thread; they wait in a queue of limited length, so that no request waits."""

from __future__ import annotations

import gzip
import http.client
import logging
import re
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import SpanProcessor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

    Encode = Callable[[Sequence[ReadableSpan]], bytes]
    Send = Callable[[bytes], int]

logger = logging.getLogger("kit.tracing")

MAX_SPANS = 5000
"""That wait; further ones are dropped, and counted."""
BATCH = 512
INTERVAL_SECONDS = 1.0
MAX_PAUSE_SECONDS = 30.0
REPORT_SECONDS = 60.0
TIMEOUT_SECONDS = 5.0
TOO_LARGE = 413
AGAIN = frozenset({403, 408, 429, 500, 502, 503, 504})
"""Statuses after which a batch is sent again; after others it is dropped."""
OK = range(200, 300)
XRAY = re.compile(r"xray\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")


def encode(spans: Sequence[ReadableSpan]) -> bytes:
    """Return an export request in protobuf."""
    return encode_spans(spans).SerializeToString()


class SpanQueue(SpanProcessor):
    """Keeps spans until they are sent."""

    def __init__(self, encode: Encode, send: Send, *, max_spans: int = MAX_SPANS) -> None:
        """Send what *encode* makes of spans with *send*, which returns an HTTP status."""
        self._encode, self._send = encode, send
        self._max_spans = max_spans
        self._spans: deque[ReadableSpan] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._flushing = self._busy = self._stopping = False
        self._failures = 0
        self._pause = 0.0
        self._reported = 0.0
        self._unreported = 0
        self.dropped = 0
        """Spans that were not sent."""

    def on_end(self, span: ReadableSpan) -> None:
        """Keep *span*, if there is room."""
        if span.context is None or not span.context.trace_flags.sampled:
            return
        with self._changed:
            if len(self._spans) >= self._max_spans:
                self._drop(1)
                return
            self._spans.append(span)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="spans", daemon=True)
                self._thread.start()
            if len(self._spans) == BATCH:
                self._changed.notify_all()

    def flush(self, seconds: float) -> bool:
        """Send what waits, within *seconds*; return whether nothing waits any more."""
        with self._changed:
            before = self._failures
            self._flushing = True
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._failures != before or not (self._spans or self._busy), seconds
            )
            return not (self._spans or self._busy)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self.flush(timeout_millis / 1000)

    def shutdown(self, seconds: float = TIMEOUT_SECONDS) -> None:
        """Send what waits within *seconds*, end the thread, and log what was dropped."""
        deadline = time.monotonic() + seconds
        self.flush(seconds)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
        with self._changed:
            self._drop(len(self._spans))
            self._spans.clear()
            self._report(last=True)

    def _run(self) -> None:
        while not self._stopping:
            with self._changed:
                self._changed.wait_for(self._is_due, self._pause or INTERVAL_SECONDS)
                batch = [self._spans.popleft() for _ in range(min(BATCH, len(self._spans)))]
                self._busy = bool(batch)
                self._flushing = self._flushing and bool(self._spans)
            again = self._export(batch) if batch else False
            with self._changed:
                self._busy = False
                if again:
                    self._keep(batch)
                elif batch:
                    self._pause = 0.0
                self._report()
                self._changed.notify_all()

    def _is_due(self) -> bool:
        full = not self._pause and len(self._spans) >= BATCH
        return self._flushing or self._stopping or full

    def _export(self, batch: list[ReadableSpan]) -> bool:
        """Send *batch*; return whether it is to be sent again."""
        try:
            status = self._send(self._encode(batch))
        except (OSError, http.client.HTTPException) as error:
            logger.debug("spans were not sent: %r", error)
            return True
        except Exception:
            logger.exception("spans cannot be sent")
            status = 0
        if status == TOO_LARGE and len(batch) > 1:
            half = len(batch) // 2
            return self._export(batch[:half]) | self._export(batch[half:])
        if status not in OK and status not in AGAIN:
            with self._changed:
                self._drop(len(batch))
        return status in AGAIN

    def _keep(self, batch: list[ReadableSpan]) -> None:
        self._failures += 1
        self._flushing = False
        self._pause = min(MAX_PAUSE_SECONDS, 2 * self._pause or INTERVAL_SECONDS)
        room = self._max_spans - len(self._spans)
        self._drop(max(0, len(batch) - room))
        self._spans.extendleft(reversed(batch[:room]))

    def _drop(self, number: int) -> None:
        self.dropped += number
        self._unreported += number

    def _report(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if self._unreported and (last or now - self._reported >= REPORT_SECONDS):
            logger.warning("spans were dropped", extra={"dropped": self._unreported})
            self._reported, self._unreported = now, 0


def sender(url: str) -> Send:
    """Return a function that posts an export request to *url*, signed if it is X-Ray's."""
    parts = urlsplit(url)
    sign = _signer(url) if XRAY.fullmatch(parts.hostname or "") else None
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.netloc, timeout=TIMEOUT_SECONDS)

    def send(body: bytes) -> int:
        packed = gzip.compress(body, 1)
        headers = {"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}
        for last in (False, True):
            try:
                connection.request(
                    "POST", parts.path, packed, sign(packed, headers) if sign else headers
                )
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()  # the other side may have closed an idle connection
                if last:
                    raise
            else:
                return answer.status
        raise AssertionError

    return send


def _signer(url: str) -> Callable[[bytes, dict[str, str]], dict[str, str]]:
    from botocore.auth import SigV4Auth  # noqa: PLC0415 - in accounts only
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.session import get_session  # noqa: PLC0415

    session: Any = get_session()
    found = XRAY.fullmatch(urlsplit(url).hostname or "")
    region = found[1] if found else ""

    def sign(body: bytes, headers: dict[str, str]) -> dict[str, str]:
        request = AWSRequest("POST", url, headers=dict(headers), data=body)
        SigV4Auth(session.get_credentials(), "xray", region).add_auth(request)
        return dict(request.headers.items())

    return sign
