"""Errors in the form of each protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

Response = tuple[str, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class AwsError:
    """An error that a client reads as *code* and *message*."""

    code: str
    message: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Further members of the error's shape, in protocols of JSON."""


def response(error: AwsError, protocol: str) -> Response:
    """Return the status line, headers and body of *error*."""
    status = f"{error.status.value} {error.status.phrase}"
    if protocol in {"json", "rest-json"}:
        body = json.dumps(
            {"__type": error.code.rpartition(".")[2], "message": error.message, **error.details}
        ).encode()
        sender = "Sender" if error.status < HTTPStatus.INTERNAL_SERVER_ERROR else "Receiver"
        headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("x-amzn-ErrorType", error.code),
            ("x-amzn-query-error", f"{error.code};{sender}"),
        ]
        return status, [*headers, ("Content-Length", str(len(body)))], body
    code, message = escape(error.code), escape(error.message)
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    if protocol == "ec2":
        errors = f"<Errors><Error>{inner}</Error></Errors>"
        xml = f"<Response>{errors}<RequestID>{_ID}</RequestID></Response>"
    elif protocol == "s3":
        xml = f"<Error>{inner}<RequestId>{_ID}</RequestId></Error>"
    else:
        xml = (
            f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error>"
            f"<RequestId>{_ID}</RequestId></ErrorResponse>"
        )
    body = xml.encode()
    headers = [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))]
    return status, headers, body


_ID = "00000000-0000-0000-0000-000000000000"
