"""Validates requests to the emulated AWS API; see `constraints`, `dialects` and `rules`."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from botocore.exceptions import UnknownServiceError
from moto.core.utils import get_service_model

from localcloud.control.validation import parameters, rules
from localcloud.control.validation.constraints import compile_check
from localcloud.control.validation.dialects import DIALECTS, Dialect
from localcloud.control.validation.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from localcloud.control.validation.constraints import Check

QUERY = "application/x-www-form-urlencoded"


def refusal(environ: dict[str, Any], service: str) -> tuple[AwsError, str] | None:
    """Return the error, and its protocol, of a malformed request in an RPC protocol."""
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
    if environ.get("CONTENT_TYPE", "").startswith(QUERY):
        return _query_refusal(dialect, environ)
    return None


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


def rest_refusal(
    service: str, operation: str, uri: Mapping[str, Any], query: Mapping[str, Any], body: Any
) -> AwsError | None:
    """Return the error of a malformed request in the rest-json protocol."""
    dialect = DIALECTS.get(service)
    found = _operation(dialect.model, operation, "") if dialect else None
    if dialect is None or found is None:
        return None
    shape, check = found
    payload = shape.serialization.get("payload")
    try:
        values = json.loads(body) if body and not payload else {}
    except ValueError:
        return AwsError("SerializationException", "The request body is not valid JSON")
    read = {name: one for name, one in shape.members.items() if name != payload and _is_read(one)}
    values = {name: _located(name, one, values, uri, query) for name, one in read.items()}
    missing = {f"{name[:1].lower()}{name[1:]}" for name in shape.members if name not in read}
    return _judged(dialect, operation, check, values, missing)


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
    unread: Collection[str] = (),
) -> AwsError | None:
    failures = [one for one in check(values, "") if one.path not in unread] if check else []
    found = dialect.refusal(failures) if failures else None
    found = found or rules.refusal(dialect.model, operation, values)
    return AwsError(*found) if found else None


def _is_read(member: Any) -> bool:
    where = member.serialization.get("location")
    return where in {None, "uri"} or (
        where == "querystring" and member.type_name not in {"list", "map"}
    )


def _located(
    name: str, member: Any, body: Any, uri: Mapping[str, Any], query: Mapping[str, Any]
) -> Any:
    """Return the value of *member* from the part of the request that it names."""
    wire = member.serialization.get("name", name)
    match member.serialization.get("location"):
        case "uri":
            value = uri.get(wire, uri.get(name))
            return unquote(value) if isinstance(value, str) else value
        case "querystring":
            values = query.get(wire) or [None]
            return values[0]
        case _:
            return body.get(wire) if isinstance(body, dict) else None


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
