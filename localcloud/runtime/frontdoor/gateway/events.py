"""Events and responses of Lambda proxy integrations, payload format version 2.0."""

from __future__ import annotations

import base64
import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from localcloud.account import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.frontdoor.asgi import RawHeaders

TEXT_TYPES = ("application/json", "application/xml", "application/javascript")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
FIRST_STATUS, LAST_STATUS = 200, 599
GATEWAY_HEADERS = frozenset({b"connection", b"content-length", b"transfer-encoding"})


class MalformedResponseError(ValueError):
    """Raised for a function's response that is not a valid HTTP response."""


@dataclass(frozen=True)
class ApiRequest:
    """A request to an HTTP API and its route."""

    api_id: str
    stage: str
    route_key: str
    request_id: str
    method: str
    raw_path: str
    query: str
    headers: Mapping[str, list[str]]
    source_ip: str
    protocol: str
    body: bytes = b""
    variables: Mapping[str, str] = field(default_factory=dict)
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, Any] | None = None
    scopes: list[str] | None = None
    account: str = ACCOUNT
    access_key: str | None = None
    """Of the caller's signature: requests to function URLs with IAM authorization."""
    at: float = field(default_factory=time.time)


@dataclass(frozen=True)
class ApiResponse:
    """A response to the client."""

    status: int
    headers: RawHeaders
    body: bytes


def event(request: ApiRequest) -> dict[str, Any]:
    """Return *request* as an event."""
    host = request.headers.get("host", [""])[0]
    found: dict[str, Any] = {
        "version": "2.0",
        "routeKey": request.route_key,
        "rawPath": request.raw_path,
        "rawQueryString": request.query,
        "headers": {
            name: ",".join(values) for name, values in request.headers.items() if name != "cookie"
        },
        "requestContext": {
            "accountId": request.account,
            "apiId": request.api_id,
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": request.raw_path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.headers.get("user-agent", [""])[0],
            },
            "requestId": request.request_id,
            "routeKey": request.route_key,
            "stage": request.stage,
            "time": format_time(request.at),
            "timeEpoch": int(request.at * 1000),
        },
        "isBase64Encoded": False,
    }
    if request.claims is not None:
        claims = {name: claim_text(value) for name, value in request.claims.items()}
        found["requestContext"]["authorizer"] = {
            "jwt": {"claims": claims, "scopes": request.scopes}
        }
    if request.access_key is not None:
        arn = f"arn:aws:iam::{ACCOUNT}:root"
        caller = {"accessKey": request.access_key, "accountId": ACCOUNT, "userArn": arn}
        found["requestContext"]["authorizer"] = {
            "iam": {**caller, "callerId": ACCOUNT, "userId": ACCOUNT}
        }
    if "cookie" in request.headers:
        pieces = [piece for value in request.headers["cookie"] for piece in value.split(";")]
        found["cookies"] = [piece.strip() for piece in pieces]
    if pairs := parse_qsl(request.query, keep_blank_values=True):
        collected: dict[str, list[str]] = {}
        for name, value in pairs:
            collected.setdefault(name, []).append(value)
        found["queryStringParameters"] = {name: ",".join(all_) for name, all_ in collected.items()}
    if request.variables:
        found["pathParameters"] = dict(request.variables)
    if request.stage_variables:
        found["stageVariables"] = dict(request.stage_variables)
    if request.body:
        found["body"], found["isBase64Encoded"] = event_body(request)
    return found


def claim_text(value: object) -> str:
    """Return a claim in API Gateway's format: text, and lists as `[a b]`."""
    if isinstance(value, list):
        return f"[{' '.join(claim_text(one) for one in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    return str(value)


def format_time(at: float) -> str:
    """Return a time in the format of access logs, such as 12/Mar/2020:19:03:58 +0000."""
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(at))


def event_body(request: ApiRequest) -> tuple[str, bool]:
    """Return the body of an event, and whether it is in base64."""
    kind = request.headers.get("content-type", [""])[0].partition(";")[0].strip().lower()
    textual = kind.startswith("text/") or kind in TEXT_TYPES or kind.endswith(("+json", "+xml"))
    if textual or not kind:
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def parse_response(payload: bytes) -> ApiResponse:
    """Parse the response of a function; raises MalformedResponseError.

    A response without a status code is the JSON body of a response with status 200.
    """
    try:
        content = json.loads(payload) if payload else None
    except ValueError as error:
        raise MalformedResponseError(f"the response is not JSON: {error}") from error
    if not isinstance(content, dict) or "statusCode" not in content:
        body = content if isinstance(content, str) else json.dumps(content)
        return ApiResponse(
            200, [(b"content-type", b"application/json")], body.encode(errors="replace")
        )
    return ApiResponse(_status(content["statusCode"]), _headers(content), _answered_body(content))


def _status(value: object) -> int:
    try:
        status = int(str(value))
    except ValueError as error:
        raise MalformedResponseError(f"statusCode {value!r:.80} is not an integer") from error
    if not FIRST_STATUS <= status <= LAST_STATUS:
        raise MalformedResponseError(f"statusCode {status} is not {FIRST_STATUS} to {LAST_STATUS}")
    return status


def _headers(content: Mapping[str, Any]) -> RawHeaders:
    named = content.get("headers") or {}
    cookies = content.get("cookies") or []
    if not isinstance(named, dict):
        raise MalformedResponseError(f"headers is a {type(named).__name__}: it must be an object")
    if not isinstance(cookies, list):
        raise MalformedResponseError(f"cookies is a {type(cookies).__name__}: it must be a list")
    headers = [header(name, value) for name, value in named.items()]
    headers = [one for one in headers if one[0] not in GATEWAY_HEADERS]
    if not any(name == b"content-type" for name, _ in headers):
        headers.append((b"content-type", b"text/plain; charset=utf-8"))
    return headers + [header("set-cookie", cookie) for cookie in cookies]


def header(name: str, value: object) -> tuple[bytes, bytes]:
    """Return a header of a response; raises MalformedResponseError."""
    if not HEADER_NAME.fullmatch(name):
        raise MalformedResponseError(f"the header name {name!r:.80} is not valid")
    if not isinstance(value, str | int | float):
        kind = type(value).__name__
        raise MalformedResponseError(f"the header {name} is a {kind}: it must be a string")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if CONTROL_CHARACTERS.search(text):
        raise MalformedResponseError(f"the header {name} has a control character: {text!r:.80}")
    return name.lower().encode(), text.encode("latin-1", "replace")


def _answered_body(content: Mapping[str, Any]) -> bytes:
    body = content.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedResponseError(f"body is a {type(body).__name__}: it must be a string")
    if not content.get("isBase64Encoded"):
        return body.encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise MalformedResponseError(f"body is not base64: {error}") from error
