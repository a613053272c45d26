"""Forwards invocations to the workers, without holding the journal's lock."""

from __future__ import annotations

import http.client
import json
import logging
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote

from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.core.exceptions import JsonRESTError

from localcloud.account import ACCOUNT, REGION
from localcloud.aws.journal import JOURNAL
from localcloud.aws.trace_header import trace_header
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localcloud.aws.endpoints import ControlEndpoints

_LOG = logging.getLogger(__name__)
PATH = re.compile(r"/\d{4}-\d\d-\d\d/functions/(?P<name>.+)/(?P<how>invocations|invoke-async)/?")
TIMEOUT_SECONDS = 930
"""Above the maximum timeout of a function, fifteen minutes."""
RETRY_SECONDS = 5
"""Time for which another service's event is retried while the workers restart."""
_REGION = re.compile(r"Credential=[^/]+/\d+/([^/]*)/")
_REQUEST_HEADERS = (
    "HTTP_X_AMZ_INVOCATION_TYPE", "HTTP_X_AMZ_LOG_TYPE", "HTTP_X_AMZ_CLIENT_CONTEXT",
    "HTTP_X_AMZN_TRACE_ID", "HTTP_TRACEPARENT",
)  # fmt: skip
_RESPONSE_HEADERS = ("x-amz-", "x-amzn-", "content-type")


class WorkersUnavailableError(RuntimeError):
    """Raised when the workers do not answer."""


@dataclass(frozen=True)
class Answer:
    """The workers' response to an invocation."""

    status: int
    headers: dict[str, str]
    body: bytes


def install(endpoints: ControlEndpoints) -> None:
    """Send invocations by other services, such as SNS, to the workers as events."""

    def invoke_function(self: Any, body: Any, _request_headers: Any, _response_headers: Any) -> str:
        version = str(self.version)
        qualifier = None if version == "$LATEST" else version
        _event(endpoints, _key(self.region, self.function_name), qualifier, body)
        return "{}"

    def invoke(
        self: Any, function_name: str, qualifier: Any, body: Any, _headers: Any, _response: Any
    ) -> str:
        function = self.get_function(function_name, qualifier)
        _event(endpoints, _key(function.region, function.function_name), qualifier, body)
        return "{}"

    LambdaFunction.invoke = invoke_function  # type: ignore[method-assign]
    LambdaBackend.invoke = invoke  # type: ignore[method-assign]


def call(
    endpoints: ControlEndpoints,
    name: str,
    qualifier: str | None,
    body: bytes,
    headers: dict[str, str],
) -> Answer:
    """Invoke the function *name*, a name or an ARN, and return the response."""
    query = f"?qualifier={quote(qualifier)}" if qualifier else ""
    connection = http.client.HTTPConnection(HOST, endpoints.workers_port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(
            "POST", f"/functions/{quote(name, safe='')}/invocations{query}", body, headers
        )
        response = connection.getresponse()
        found = {k.lower(): v for k, v in response.getheaders()}
        return Answer(response.status, found, response.read())
    except OSError as error:
        raise WorkersUnavailableError(
            f"function {name} was not invoked: the workers on port {endpoints.workers_port} do not"
            f" answer ({error}); see `bulkhead status`"
        ) from error
    finally:
        connection.close()


class Invocations:
    """The WSGI application for Lambda's Invoke."""

    def __init__(self, endpoints: ControlEndpoints) -> None:
        """Forward to the workers at *endpoints*."""
        self._endpoints = endpoints

    def matches(self, path: str) -> bool:
        """Say whether *path* is the one of Invoke or InvokeAsync, and not of an S3 object."""
        return PATH.fullmatch(path) is not None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one invocation."""
        answer = self._answer(environ)
        headers = [(k, v) for k, v in answer.headers.items() if k.startswith(_RESPONSE_HEADERS)]
        reason = http.client.responses.get(answer.status, "Unknown")
        start_response(
            f"{answer.status} {reason}", [*headers, ("Content-Length", str(len(answer.body)))]
        )
        return [answer.body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        match = PATH.fullmatch(environ["PATH_INFO"])
        if match is None:
            return _error(404, "ResourceNotFoundException", "no such path")
        query = parse_qs(environ.get("QUERY_STRING", ""))
        name, qualifier = _split(unquote(match["name"]))
        qualifier = query.get("Qualifier", query.get("qualifier", [qualifier]))[0]
        scope = _REGION.search(environ.get("HTTP_AUTHORIZATION", ""))
        region = scope[1] if scope else REGION
        try:
            with JOURNAL.lock:
                lambda_backends[ACCOUNT][region].get_function(name, qualifier)
        except (JsonRESTError, KeyError):
            arn = _arn(region, name)
            whole = f"{arn}:{qualifier}" if qualifier else arn
            return _error(404, "ResourceNotFoundException", f"Function not found: {whole}")
        headers = {
            key.removeprefix("HTTP_").replace("_", "-").title(): environ[key]
            for key in _REQUEST_HEADERS
            if key in environ
        }
        if match["how"] == "invoke-async":
            headers["X-Amz-Invocation-Type"] = "Event"
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            return call(self._endpoints, _key(region, name), qualifier, body, headers)
        except WorkersUnavailableError as error:
            return _error(503, "ServiceUnavailableException", str(error))


def _arn(region: str, name: str) -> str:
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


def _key(region: str, name: str) -> str:
    """Return what the workers call the function: its ARN if it is in another region."""
    return name if region == REGION else _arn(region, name)


def _event(endpoints: ControlEndpoints, name: str, qualifier: str | None, body: Any) -> None:
    raw = body if isinstance(body, bytes) else str(body).encode()
    deadline = time.monotonic() + RETRY_SECONDS
    headers = {"X-Amz-Invocation-Type": "Event"}
    if sent := trace_header():
        headers["X-Amzn-Trace-Id"] = sent
    with JOURNAL.released():
        while True:
            try:
                call(endpoints, name, qualifier, raw, headers)
            except WorkersUnavailableError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


def _split(name: str) -> tuple[str, str | None]:
    """Return name and qualifier of a name, a partial ARN or an ARN."""
    _, found, rest = name.partition(":function:")
    name, _, qualifier = (rest if found else name).partition(":")
    return name, qualifier or None


def _error(status: int, code: str, message: str) -> Answer:
    body = json.dumps({"Type": "User", "Message": message, "message": message}).encode()
    headers = {"x-amzn-errortype": code, "content-type": "application/json"}
    return Answer(status, headers, body)
