"""The OTLP/HTTP endpoint: `POST /v1/traces`, in protobuf or JSON, compressed or not.

AWS has the same one for traces alone, and no gRPC. Services need no key; web pages are rejected.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from localcloud.telemetry.traces.decode import (
    InvalidExportError,
    from_json,
    from_protobuf,
    spans_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.telemetry.context import Route
    from localcloud.telemetry.traces.span import Span

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
MAX_BODY_BYTES = 5 * 1024 * 1024
"""Of a request before compression, at X-Ray's OTLP endpoint."""
SHOWN = 3
_TOO_LARGE = f"the body has more than {MAX_BODY_BYTES} bytes: send fewer spans at once"
_ENCODINGS = ("", "identity", "gzip")
_READERS = {PROTOBUF: from_protobuf, JSON: from_json}
_INSTEAD = {
    "/v1/metrics": "write metrics as lines in the embedded metric format (kit.metrics)",
    "/v1/logs": "write log lines to standard output",
}


class _RefusedError(Exception):
    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


def routes(
    add: Callable[[list[Span]], None], warning: Callable[[], str] = str
) -> dict[tuple[str, str], Route]:
    """Return the routes; *add* keeps spans, *warning* returns what senders are told of them."""

    async def traces(request: web.Request) -> web.StreamResponse:
        try:
            body = await _body(request)
            spans, rejected = spans_of(_READERS[request.content_type](body))
        except InvalidExportError as error:
            return _error(request, HTTPStatus.BAD_REQUEST, str(error))
        except _RefusedError as error:
            return _error(request, error.status, str(error))
        if rejected and not spans:
            return _error(request, HTTPStatus.BAD_REQUEST, _reasons(rejected))
        add(spans)
        return _accepted(request, rejected, warning())

    def refused(text: str) -> Route:
        async def answer(request: web.Request) -> web.StreamResponse:
            message = f"{request.path} is not supported, as traces alone are: {text}"
            return _error(request, HTTPStatus.NOT_IMPLEMENTED, message)

        return answer

    others = {("POST", path): refused(text) for path, text in _INSTEAD.items()}
    return {("POST", "/v1/traces"): traces, **others}


async def _body(request: web.Request) -> bytes:
    if request.content_type not in _READERS:
        text = f"Content-Type must be {PROTOBUF} or {JSON}"
        raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
    if request.headers.get("Content-Encoding", "").lower() not in _ENCODINGS:
        text = "Content-Encoding must be gzip or none"
        raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
    try:
        body = await request.read()  # aiohttp decompresses it
    except web.HTTPRequestEntityTooLarge as error:
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE) from error
    except (web.RequestPayloadError, ValueError) as error:
        raise InvalidExportError(f"the body cannot be read: {error}") from error
    if len(body) > MAX_BODY_BYTES:
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
    return body


def _accepted(request: web.Request, rejected: list[str], warning: str) -> web.Response:
    answer = ExportTraceServiceResponse()
    if warning:  # a message without rejected spans is a warning, says OTLP
        answer.partial_success.error_message = warning
    if rejected:
        answer.partial_success.rejected_spans = len(rejected)
        answer.partial_success.error_message = _reasons(rejected)
    if request.content_type == JSON:
        return web.json_response(json_format.MessageToDict(answer))
    return web.Response(body=answer.SerializeToString(), content_type=PROTOBUF)


def _reasons(rejected: list[str]) -> str:
    more = len(rejected) - SHOWN
    return "; ".join(rejected[:SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _error(request: web.Request, status: HTTPStatus, message: str) -> web.Response:
    """Return google.rpc.Status, of which OTLP requires the message."""
    if request.content_type != PROTOBUF:
        return web.json_response({"message": message}, status=status)
    text = message.encode()
    length, size = b"", len(text)
    while size > 0x7F:  # noqa: PLR2004 - a varint of protobuf
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    body = b"\x12" + length + bytes([size]) + text
    return web.Response(body=body, status=status, content_type=PROTOBUF)
