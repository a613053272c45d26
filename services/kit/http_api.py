"""Deprecated: use Powertools' resolver, `kit.powertools.HttpApiResolver`."""

from __future__ import annotations

import base64
import json
import logging
import warnings
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from kit import correlation, roles
from kit.errors import FieldError, HttpError, RefusedError, error_body, unprocessable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

warnings.warn(
    "kit.http_api is deprecated and goes in the next release: use kit.powertools.HttpApiResolver,"
    " which is Powertools' APIGatewayHttpResolver with the role check",
    DeprecationWarning,
    stacklevel=2,
)


@dataclass(frozen=True)
class Request:
    """A request."""

    parameters: Mapping[str, str]
    """Path parameters."""
    body: str
    caller: roles.Caller

    def json(self) -> dict[str, Any]:
        """Return the JSON object in the body; raises HttpError."""
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise unprocessable(FieldError("body", f"is not JSON: {error}")) from error
        if not isinstance(found, dict):
            raise unprocessable(FieldError("body", "must be a JSON object"))
        return cast("dict[str, Any]", found)


def is_request(event: Mapping[str, Any]) -> bool:
    """Return whether *event* is a request of an HTTP API."""
    return "routeKey" in event


def answer(
    event: Mapping[str, Any], routes: Mapping[str, Callable[[Request], dict[str, Any]]]
) -> dict[str, Any]:
    """Return the response of the route's handler, if the caller has the route's role.

    An exception other than HttpError is logged and raised again: Lambda counts it as an error of
    the function, and API Gateway responds with 500.
    """
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    with correlation.of_request(headers):
        correlation_id = correlation.current.get()
        status, body = _answered(event, routes)
    return {
        "statusCode": int(status),
        "headers": {"content-type": "application/json", correlation.HEADER: correlation_id},
        "body": json.dumps(body, ensure_ascii=False),
    }


def _answered(
    event: Mapping[str, Any], routes: Mapping[str, Callable[[Request], dict[str, Any]]]
) -> tuple[HTTPStatus, dict[str, Any]]:
    key = event["routeKey"]
    route = routes.get(key)
    if route is None:
        return HTTPStatus.NOT_FOUND, error_body(f"there is no route {key}")
    try:
        caller = roles.of_event(event)
        roles.check(roles.route_roles().get(key), caller)
        body = event.get("body") or ""
        if event.get("isBase64Encoded"):
            body = _text(body)
        found = route(Request(event.get("pathParameters") or {}, body, caller))
    except RefusedError as error:
        return error.status, error_body(str(error))
    except HttpError as error:
        return error.status, error.body
    except Exception:
        logger.exception("request failed", extra={"route": key})
        raise
    return HTTPStatus.OK, found


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded).decode()
    except ValueError as error:
        raise HttpError(HTTPStatus.BAD_REQUEST, "the body is not UTF-8 text") from error
