"""Events of an HTTP API (payload format version 2.0), and batches of messages with events."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode


def request(  # noqa: PLR0913 - the parts of a request
    method: str,
    path: str,
    *,
    route: str | None = None,
    body: Any = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    roles: tuple[str, ...] = (),
    subject: str = "ada",
    service: str = "",
) -> dict[str, Any]:
    """Return the event of a request to *route* with a token of *roles*, or without roles no token.

    With *service*, it is a call of that service (see `kit.testing.callers`).
    """
    claims: dict[str, Any] = {"sub": subject, "cognito:groups": f"[{' '.join(roles)}]"}
    if service:
        from kit.testing import callers  # noqa: PLC0415 - it needs PyJWT

        claims = {name: str(value) for name, value in callers.claims(service).items()}
    key = f"{method} {route or path}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": headers or {},
        "requestContext": {
            "http": {"method": method, "path": path},
            "routeKey": key,
            "stage": "$default",
            **({"authorizer": {"jwt": {"claims": claims}}} if roles or service else {}),
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def cloud_event(event_type: str, data: dict[str, Any], **attributes: str) -> dict[str, Any]:
    """Return the envelope of an event (see `kit.events`); *attributes* change it."""
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "test",
        "type": event_type,
        "subject": "test/1",
        "time": "2026-01-01T00:00:00.000Z",
        "datacontenttype": "application/json",
        "data": data,
        **attributes,
    }


def batch(*messages: dict[str, Any] | str, queue: str = "queue") -> dict[str, Any]:
    """Return the event with which Lambda delivers messages of the SQS queue named *queue*.

    Their IDs are `m-0`, `m-1` and so on.
    """
    arn = f"arn:aws:sqs:eu-west-1:123456789012:{queue}"
    return {
        "Records": [
            {
                "messageId": f"m-{index}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": arn,
            }
            for index, body in enumerate(messages)
        ]
    }
