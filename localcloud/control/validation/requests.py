"""Validates requests to the emulated AWS API; see `constraints`, `dialects` and `rules`."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import UnknownServiceError
from moto.core.utils import get_service_model

from localcloud.control.validation import parameters, rest, rules
from localcloud.control.validation.constraints import compile_check
from localcloud.control.validation.dialects import DIALECTS, Dialect
from localcloud.control.validation.errors import AwsError

if TYPE_CHECKING:
    from localcloud.control.validation.constraints import Check

QUERY = "application/x-www-form-urlencoded"


def refusal(environ: dict[str, Any], service: str) -> tuple[AwsError, str] | None:
    """Return the error, and its protocol, of a malformed request."""
    dialect = DIALECTS.get(service)
    if dialect is None:
        return None
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        prefix, _, operation = target.partition(".")
        found = _operation(dialect.model, operation, prefix)
        if found is None:
            return None
        return _json_refusal(dialect, operation, found, _body(environ))
    if dialect.model in _REST:
        error = rest.refusal(environ, dialect)
        return (error, protocol_of(environ, service)) if error else None
    if environ.get("CONTENT_TYPE", "").startswith(QUERY):
        return _query_refusal(dialect, environ)
    return None


_REST = frozenset({"apigatewayv2", "lambda", "route53", "s3"})
"""Services in the REST protocols."""


def protocol_of(environ: dict[str, Any], service: str) -> str:
    """Return the protocol in which the client of a request reads an error."""
    if "HTTP_X_AMZ_TARGET" in environ:
        return "json"
    if service in {"s3", "ec2"}:
        return service
    if environ.get("CONTENT_TYPE", "").startswith(QUERY):
        return "query"
    dialect = DIALECTS.get(service)
    try:
        model = get_service_model(dialect.model if dialect else _MODELS.get(service, service))
    except UnknownServiceError:
        return "json" if "json" in environ.get("CONTENT_TYPE", "") else "query"
    return str(model.metadata["protocol"])


_MODELS = {"apigateway": "apigatewayv2", "monitoring": "cloudwatch", "states": "stepfunctions"}


def _json_refusal(
    dialect: Dialect, operation: str, found: tuple[Any, Check | None], body: bytes
) -> tuple[AwsError, str] | None:
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        return AwsError("SerializationException", "The request body is not a JSON object"), "json"
    error = _judged(dialect, operation, found[1], values)
    return (error, "json") if error else None


def _query_refusal(dialect: Dialect, environ: dict[str, Any]) -> tuple[AwsError, str] | None:
    form = parameters.tree(_body(environ).decode("utf-8", "replace"))
    operation = form.get("Action", "")
    found = _operation(dialect.model, operation, "")
    if found is None or form.get("Version") != get_service_model(dialect.model).api_version:
        return None
    shape, check = found
    values = parameters.structure(shape, form)
    if dialect.model == "sqs" and environ["PATH_INFO"] != "/":
        values.setdefault("QueueUrl", environ["PATH_INFO"])
    error = _judged(dialect, operation, check, values)
    return (error, "ec2" if dialect.model == "ec2" else "query") if error else None


def _judged(
    dialect: Dialect,
    operation: str,
    check: Check | None,
    values: dict[str, Any],
) -> AwsError | None:
    failures = list(check(values, "")) if check else []
    found = dialect.refusal(failures) if failures else None
    found = found or rules.refusal(dialect.model, operation, values)
    return rules.error(found) if found else None


def _body(environ: dict[str, Any]) -> bytes:
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(raw)
    return raw


@cache
def _operation(model: str, operation: str, prefix: str) -> tuple[Any, Check | None] | None:
    """Return the input shape of *operation* and its check; None if there is nothing to check."""
    service = get_service_model(model)
    if prefix and prefix != service.metadata.get("targetPrefix"):
        return None
    if operation not in service.operation_names:
        return None
    shape = service.operation_model(operation).input_shape
    if shape is None:
        return None
    return shape, compile_check(shape, types=bool(prefix))
