"""Powertools' resolver for HTTP APIs, with the role check and the error responses of `kit.errors`.

    app = HttpApiResolver()

    @app.get("/greetings/<name>")
    def greet(name: str) -> dict[str, str]: ...

    def handler(event, context):
        return app.resolve(event, context)

Needs `aws-lambda-powertools` and `pydantic` in the service's requirements.
"""

from __future__ import annotations

import contextlib
import json
import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import (
    APIGatewayHttpResolver,
    CORSConfig,
    Response,
    content_types,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from kit import correlation, faults, log, roles, tracing
from kit.errors import HttpError, LoopDetectedError, RefusedError, error_body, validation_error
from kit.resilience import incoming
from kit.resilience.errors import CallError, as_http_error

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
JSON = {"content-type": content_types.APPLICATION_JSON}
serialize = partial(json.dumps, ensure_ascii=False)


class HttpApiResolver(APIGatewayHttpResolver):
    """Checks the role of the caller, validates requests with pydantic, and calls the handler."""

    context: dict[str, Any]

    def __init__(self, *, cors: CORSConfig | None = None, accepts_forms: bool = False) -> None:
        """Configure logging; unless *accepts_forms*, read curl's form bodies as JSON."""
        log.configure()
        tracing.start()
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - a bare dict inside
            cors=cors, enable_validation=True, serializer=serialize
        )
        self._accepts_forms = accepts_forms
        self.exception_handler(HttpError)(_answer)
        self.exception_handler(CallError)(_call_failed)
        self.exception_handler(RequestValidationError)(_invalid)
        self.exception_handler(UnicodeDecodeError)(_not_text)
        self.not_found(self._no_route)  # pyright: ignore[reportUnknownMemberType]

    @property
    def caller(self) -> roles.Caller:
        """Caller of the current request."""
        return self.context["caller"]

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Return the response to a request of an HTTP API (payload format version 2.0).

        The role is checked before the request is validated. An unexpected exception is logged and
        raised again: Lambda counts it as an error, and API Gateway responds with 500.
        """
        sent: dict[str, str] = event.get("headers") or {}
        headers = {name.lower(): value for name, value in sent.items()}
        method, _, route = str(event["routeKey"]).partition(" ")
        with contextlib.ExitStack() as stack:
            stack.callback(tracing.flush)
            stack.enter_context(correlation.of_request(headers))
            span = stack.enter_context(tracing.request(headers, method, route))
            try:
                answer = self._answer_to(event, headers, context, span)
            except Exception:
                logger.exception("request failed", extra={"route": event["routeKey"]})
                raise
            tracing.set_status(span, int(answer["statusCode"]))
            answer["headers"][correlation.HEADER] = correlation.current.get()
        return answer

    def _answer_to(
        self, event: Mapping[str, Any], headers: dict[str, str], context: Any, span: tracing.Span
    ) -> dict[str, Any]:
        key = event["routeKey"]
        try:
            if reason := correlation.too_many_hops():
                raise LoopDetectedError(reason)
            arrival = incoming.of_headers(headers)
            caller = roles.of_event(event)
            roles.check(roles.route_roles().get(key), caller)
        except RefusedError as error:
            return _refused(error)
        if not self._accepts_forms and headers.get("content-type", "").startswith(FORM):
            headers.update(JSON)
        self.context["caller"] = caller
        request = {**event, "headers": headers, "rawPath": unquote(event["rawPath"])}
        resolve = partial(super().resolve, request, context)
        with incoming.handled(arrival) as used:
            try:
                return faults.run("request", resolve)
            except faults.InjectedError as error:
                if error.lost:
                    raise  # API Gateway responds with 500
                return _refused(error)
            finally:
                tracing.set_calls(span, used)

    def _no_route(self, _error: Exception) -> Response[Any]:
        key = self.current_event.route_key
        return _response(HTTPStatus.NOT_FOUND, error_body(f"there is no route {key}"))


def is_request(event: Mapping[str, Any]) -> bool:
    """Return whether *event* is a request of an HTTP API."""
    return "routeKey" in event


def _refused(error: RefusedError | HttpError) -> dict[str, Any]:
    body = serialize(error_body(str(error)))
    return {"statusCode": int(error.status), "headers": {**JSON}, "body": body}


def _response(status: HTTPStatus, body: dict[str, Any]) -> Response[Any]:
    return Response(int(status), content_types.APPLICATION_JSON, serialize(body))


def _answer(error: HttpError) -> Response[Any]:
    return _response(error.status, error.body)


def _call_failed(error: CallError) -> Response[Any]:
    return _answer(as_http_error(error))


def _invalid(error: RequestValidationError) -> Response[Any]:
    return _answer(validation_error(error.errors()))


def _not_text(_error: UnicodeDecodeError) -> Response[Any]:
    return _response(HTTPStatus.BAD_REQUEST, error_body("the body is not UTF-8 text"))
