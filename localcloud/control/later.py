"""Refuses, by name, what the emulated AWS would accept and leave without effect."""

from __future__ import annotations

import io
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.account import REGION
from localcloud.aws.events.targets import unsupported
from localcloud.control.validation.errors import AwsError
from localcloud.control.validation.requests import protocol_of

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICES = {
    "pipes": "EventBridge Pipes",
    "rds-data": "the Data API of Aurora: connect to the cluster with a driver",
}
"""Services that are not served, by the name for which a request is signed."""

_POLLED = tuple(f"arn:aws:{service}:{REGION}:" for service in ("dynamodb", "kinesis", "sqs"))
"""Event sources that the workers poll."""

_EVENT_SOURCES = re.compile(r"/\d{4}-\d\d-\d\d/event-source-mappings(/[^/]+)?/?")


def later(environ: dict[str, Any], service: str) -> tuple[AwsError, str] | None:
    """Return the error and its protocol if the request asks for what is not served."""
    if service in SERVICES:
        what: str | None = SERVICES[service]
    else:
        check = _CHECKS.get(service)
        what = check(environ) if check else None
    if what is None:
        return None
    error = AwsError(
        "NotImplemented", f"the local cloud does not support {what}", HTTPStatus.NOT_IMPLEMENTED
    )
    return error, protocol_of(environ, service)


def _events(environ: dict[str, Any]) -> str | None:
    operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    if operation != "PutTargets":
        return None
    given = _json(environ).get("Targets")
    targets = [target for target in given or [] if isinstance(target, dict)]
    return next((found[1] for target in targets if (found := unsupported(target))), None)


def _lambda(environ: dict[str, Any]) -> str | None:
    method = environ["REQUEST_METHOD"]
    if method not in {"POST", "PUT"} or not _EVENT_SOURCES.fullmatch(environ["PATH_INFO"]):
        return None
    given = _json(environ)
    if given.get("TumblingWindowInSeconds"):
        return "TumblingWindowInSeconds: aggregate in the function's own store"
    source = str(given.get("EventSourceArn") or "")
    if not source or source.startswith(_POLLED):
        return None
    return (
        f"CreateEventSourceMapping for {source}: event sources are SQS queues, Kinesis data streams"
        f" and streams of DynamoDB tables in {REGION}"
    )


def _api_gateway(environ: dict[str, Any]) -> str | None:
    if environ["PATH_INFO"].startswith("/restapis"):
        return "REST APIs of API Gateway: use an HTTP API (apigatewayv2)"
    return None


_CHECKS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "apigateway": _api_gateway,
    "events": _events,
    "lambda": _lambda,
}


def _json(environ: dict[str, Any]) -> dict[str, Any]:
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(raw)
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
