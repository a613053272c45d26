"""Validates requests of the REST protocols: moto routes and parses them, the shapes judge."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import MethodNotAllowed, NotFound

from localcloud.control.validation import rules
from localcloud.control.validation.constraints import compile_check
from localcloud.control.validation.errors import AwsError

if TYPE_CHECKING:
    from localcloud.control.validation.constraints import Check
    from localcloud.control.validation.dialects import Dialect


def refusal(environ: dict[str, Any], dialect: Dialect) -> AwsError | None:
    """Return the error of a malformed request; None also if no operation has its path."""
    request = Request({**environ, "wsgi.input": io.BytesIO()}, populate_request=False)
    try:
        operation, labels = get_service_router(dialect.model).match(request)
    except (NotFound, NotImplementedError, MethodNotAllowed):
        return None
    found = _operation(dialect.model, operation.name)
    if found is None:
        return None
    check, parser, unread = found
    try:
        values = parser.parse(
            {
                "method": request.method,
                "values": request.args,
                "headers": _headers(environ),
                "body": b"" if unread else _body(environ),
                "url_path": request.path,
                "url_params": labels,
            }
        )
    except (RequestParserError, ValueError, TypeError, AttributeError, KeyError):
        return AwsError(*dialect.unreadable)
    failures = [one for one in check(values, "") if one.path != unread] if check else []
    told = dialect.refusal(failures)
    told = told or rules.refusal(dialect.model, operation.name, values)
    return rules.error(told) if told else None


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """Return the headers by their names in lower case and capitalized, as the shapes write them."""
    found = {
        name[5:].lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return found | {name.title(): value for name, value in found.items()}


def _body(environ: dict[str, Any]) -> bytes:
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(raw)
    return raw


@cache
def _operation(model: str, operation: str) -> tuple[Check | None, Any, str] | None:
    """Return the check and the parser of *operation*, and the path of a body that is not read."""
    service: Any = get_service_model(model)
    found = service.operation_model(operation)
    shape = found.input_shape
    if shape is None:
        return None
    payload = shape.serialization.get("payload")
    unread = payload if payload and shape.members[payload].type_name in {"blob", "string"} else ""
    parser = PROTOCOL_PARSERS[str(service.protocol)](found)
    return compile_check(shape, types=False), parser, f"{unread[:1].lower()}{unread[1:]}"
