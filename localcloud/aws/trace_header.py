"""X-Ray's trace header of the request in progress, which SQS and SNS pass on with a message."""

from __future__ import annotations

import re
from typing import Any

from flask import has_request_context, request

_HEADER = re.compile(r"[^\x00-\x1f\x7f]*\bRoot=1-[0-9a-f]{8}-[0-9a-f]{24}\b[^\x00-\x1f\x7f]*")


def trace_header() -> str:
    """Return the header of the request that this thread answers; '' without a valid one."""
    sent = request.headers.get("X-Amzn-Trace-Id", "") if has_request_context() else ""
    return sent if _HEADER.fullmatch(sent) else ""


def with_trace_header(attributes: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the system attributes of a message, with the header if they do not name a trace."""
    if (attributes and "AWSTraceHeader" in attributes) or not (sent := trace_header()):
        return attributes
    return {**(attributes or {}), "AWSTraceHeader": {"DataType": "String", "StringValue": sent}}
