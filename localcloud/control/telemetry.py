"""Hands data operations of metrics, logs and traces to the telemetry process.

They need no lock and no snapshot. The request is parsed, and the response serialized, with the
service's protocol here; between the two processes both are JSON.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import io
import json
import logging
import re
import threading
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import urllib3
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from localcloud.account import ACCOUNT, REGION
from localcloud.aws.registry import service_signed_as
from localcloud.control.event_streams import SEND_AT_ONCE, EventStream
from localcloud.control.validation.errors import AwsError, response
from localcloud.control.validation.requests import protocol_of, refusal
from localcloud.event_stream import CONTENT_TYPE
from localcloud.ports import HOST, claim
from localcloud.run_key import HEADER, run_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localcloud.layout import Layout

_LOG = logging.getLogger(__name__)

TIMEOUT_SECONDS = 30.0
_MODELS = {"monitoring": "cloudwatch"}
"""botocore's names of services that are signed under another one."""
_REGION = re.compile(r"Credential=[^/]+/\d+/([^/]+)/")
_UNAVAILABLE = AwsError(
    "ServiceUnavailable",
    "the process that keeps metrics, logs and traces does not answer: try again",
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class Telemetry:
    """A client of the telemetry process for the threads of the control plane."""

    def __init__(self, layout: Layout) -> None:
        """Call the telemetry process of *layout*."""
        self._layout = layout
        self._closing = threading.Event()
        self._pool = urllib3.HTTPConnectionPool(
            HOST, claim(layout, "telemetry"), timeout=TIMEOUT_SECONDS, retries=False, maxsize=16
        )

    def answers(self, environ: dict[str, Any], service: str) -> bool:
        """Return whether the request is for an operation of the telemetry process."""
        declared = service_signed_as(service)
        wanted = declared.telemetry_operations if declared is not None else ()
        return bool(wanted) and operation_of(environ, service) in wanted

    def answer(
        self, environ: dict[str, Any], service: str, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request for which `answers` is true."""
        status, headers, body = self._answer(environ, service)
        if isinstance(body, EventStream):
            environ[SEND_AT_ONCE]()
        start_response(status, headers)
        return [body] if isinstance(body, bytes) else body

    def end_streams(self) -> None:
        """End the responses that are streams of events, within a second."""
        self._closing.set()

    def call(
        self, service: str, operation: str, parameters: dict[str, Any], region: str = REGION
    ) -> dict[str, Any]:
        """Return the result of *operation*, called by this process itself.

        Raises TelemetryError for an error response, and if the process does not answer.
        """
        status, found = _read(self._post(service, operation, parameters, region))
        if status != HTTPStatus.OK:
            raise TelemetryError(found["code"], found["message"], status)
        return found

    def _answer(
        self, environ: dict[str, Any], service: str
    ) -> tuple[str, list[tuple[str, str]], bytes | EventStream]:
        _decompress(environ)
        if refused := refusal(environ, service):
            return response(*refused)
        model = get_service_model(_MODELS.get(service, service))
        operation = model.operation_model(operation_of(environ, service))
        protocol = determine_request_protocol(model, environ.get("CONTENT_TYPE", ""))
        request = Request(environ)
        parsed = PROTOCOL_PARSERS[protocol](operation).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": {},
            }
        )
        found = _REGION.search(environ.get("HTTP_AUTHORIZATION", ""))
        region = found[1] if found else REGION
        received = self._post(
            model.service_name,
            operation.name,
            parsed,
            region,
            whole=not operation.has_event_stream_output,
        )
        if received is not None and received.headers.get("Content-Type") == CONTENT_TYPE:
            stream = EventStream(received, self._closing)
            return "200 OK", [("Content-Type", CONTENT_TYPE)], stream
        status, answer = _read(received)
        if status != HTTPStatus.OK:
            error = AwsError(
                answer["code"], answer["message"], HTTPStatus(status), answer.get("details") or {}
            )
            return response(error, protocol_of(environ, service))
        serializer = get_serializer_class(model.service_name, protocol)
        made = serializer(operation_model=operation).serialize(answer)
        body = made["body"].encode() if isinstance(made["body"], str) else made["body"]
        headers = [(name, str(value)) for name, value in made["headers"].items()]
        headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        phrase = HTTPStatus(made["status_code"]).phrase
        length = ("Content-Length", str(len(body)))
        return f"{made['status_code']} {phrase}", [*headers, length], body

    def _post(
        self, service: str, operation: str, parameters: Any, region: str, *, whole: bool = True
    ) -> urllib3.BaseHTTPResponse | None:
        """Return the response, read as a *whole* or to be read; None if there is none."""
        wanted = {"account": ACCOUNT, "region": region, "parameters": parameters}
        headers = {HEADER: run_key(self._layout), "Content-Type": "application/json"}
        try:
            return self._pool.request(
                "POST",
                f"/aws/{service}/{operation}",
                body=json.dumps(wanted, default=_plain).encode(),
                headers=headers,
                preload_content=whole,
            )
        except urllib3.exceptions.HTTPError as error:
            _LOG.info("the telemetry process does not answer: %r", error)
            return None


def _read(answer: urllib3.BaseHTTPResponse | None) -> tuple[int, dict[str, Any]]:
    """Return the status and the content of *answer*."""
    unavailable = _UNAVAILABLE.status, vars(_UNAVAILABLE)
    if answer is None or answer.status == HTTPStatus.FORBIDDEN:  # another environment has the port
        return unavailable
    try:
        return answer.status, json.loads(answer.data)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        _LOG.info("the telemetry process does not answer in JSON: %r", error)
        return unavailable


class TelemetryError(Exception):
    """Raised for an error response of the telemetry process."""

    def __init__(self, code: str, message: str, status: int) -> None:
        """Keep the error's *code* and HTTP *status*."""
        super().__init__(message)
        self.code, self.status = code, status


def operation_of(environ: dict[str, Any], service: str) -> str:
    """Return the operation of a request in one of the protocols of *service*; '' if unknown."""
    if target := environ.get("HTTP_X_AMZ_TARGET", ""):
        return target.rpartition(".")[2]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(raw)
        found = re.search(rb"(?:^|&)Action=(\w+)", raw)
        return found[1].decode() if found else ""
    return _by_path(service).get((environ["REQUEST_METHOD"], environ["PATH_INFO"]), "")


@cache
def _by_path(service: str) -> dict[tuple[str, str], str]:
    """Return the operations of a service in the REST protocol whose paths are fixed."""
    model = get_service_model(_MODELS.get(service, service))
    operations = [model.operation_model(name) for name in model.operation_names]
    return {
        (one.http["method"], one.http["requestUri"]): one.name
        for one in operations
        if one.http.get("requestUri", "/") != "/"
    }


def _decompress(environ: dict[str, Any]) -> None:
    """Unpack a compressed body: SDKs compress large requests of PutMetricData."""
    if environ.get("HTTP_CONTENT_ENCODING", "").lower() != "gzip":
        return
    raw = gzip.decompress(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    environ |= {"wsgi.input": io.BytesIO(raw), "CONTENT_LENGTH": str(len(raw))}
    del environ["HTTP_CONTENT_ENCODING"]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} cannot be sent")
