"""Events and responses of Lambda proxy integrations, payload format version 1.0."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from localcloud.runtime.frontdoor.gateway.events import (
    ApiRequest,
    ApiResponse,
    MalformedResponseError,
    claim_text,
    event_body,
    format_time,
    header,
    parse_response,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def event(request: ApiRequest) -> dict[str, Any]:
    """Return *request* as an event."""
    host = request.headers.get("host", [""])[0]
    pairs = parse_qsl(request.query, keep_blank_values=True)
    resource = request.route_key.partition(" ")[2] or request.route_key
    body, encoded = event_body(request) if request.body else (None, False)
    claims = request.claims
    authorizer = {} if claims is None else {
        "claims": {name: claim_text(value) for name, value in claims.items()},
        "scopes": request.scopes,
    }  # fmt: skip
    return {
        "version": "1.0",
        "resource": resource,
        "path": request.raw_path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in request.headers.items()},
        "multiValueHeaders": dict(request.headers),
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": _collected(pairs) or None,
        "requestContext": {
            "accountId": request.account,
            "apiId": request.api_id,
            "authorizer": authorizer,
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "extendedRequestId": request.request_id,
            "httpMethod": request.method,
            "identity": {
                "sourceIp": request.source_ip,
                "userAgent": request.headers.get("user-agent", [""])[0],
            },
            "path": request.raw_path,
            "protocol": request.protocol,
            "requestId": request.request_id,
            "requestTime": format_time(request.at),
            "requestTimeEpoch": int(request.at * 1000),
            "resourceId": request.route_key,
            "resourcePath": resource,
            "stage": request.stage,
        },
        "pathParameters": dict(request.variables) or None,
        "stageVariables": dict(request.stage_variables) or None,
        "body": body,
        "isBase64Encoded": encoded,
    }


def response(payload: bytes) -> ApiResponse:
    """Parse the response of a function, which must have a status; MalformedResponseError if not."""
    found = parse_response(payload)
    content = json.loads(payload) if payload else None
    if not isinstance(content, dict) or "statusCode" not in content:
        raise MalformedResponseError("the response has no statusCode")
    several = content.get("multiValueHeaders") or {}
    if not isinstance(several, dict) or not all(isinstance(one, list) for one in several.values()):
        raise MalformedResponseError("multiValueHeaders must be an object of lists")
    named = {name.lower().encode() for name in several}
    headers = [one for one in found.headers if one[0] not in named]
    headers += [header(name, value) for name, values in several.items() for value in values]
    return dataclasses.replace(found, headers=headers)


def _collected(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
