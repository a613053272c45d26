"""Unauthenticated operations of OpenAPI definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.resource import parse_json_or_yaml, value_at
from policy.engine.values import as_list, is_missing, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = ("delete", "get", "head", "patch", "post", "put", "trace")
_ANY_METHOD = "x-amazon-apigateway-any-method"


def unauthenticated_operations(body: Any, *, inherits: bool) -> Iterator[str]:
    """Yield the method and path of each operation in *body* without authentication.

    OPTIONS may be open: browsers send it without credentials. *inherits*: whether the document's
    security applies to operations without their own, as in API Gateway for HTTP APIs only.
    """
    document = parse_json_or_yaml(body)
    paths = document.get("paths") if is_object(document) else None
    for path, item in paths.items() if is_object(paths) else ():
        for key, operation in item.items() if is_object(item) else ():
            method = "ANY" if key == _ANY_METHOD else str(key).upper()
            judged = key in (*_METHODS, _ANY_METHOD) and is_object(operation)
            if judged and not _requires_authentication(
                operation, document.get("security") if inherits else None
            ):
                yield f"{method} {path}"


def _requires_authentication(operation: dict[str, Any], of_all: Any) -> bool:
    """Return whether *operation* requires authentication, itself or by the document's *of_all*."""
    kind = value_at(operation, "x-amazon-apigateway-auth.type")
    if kind is not None:
        return kind != "NONE"
    security = operation.get("security", of_all)
    return not is_missing(security) and {} not in as_list(security)
