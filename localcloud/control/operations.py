"""Classifies AWS operations: reads, data operations, and changes that are announced."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from localcloud.aws.registry import service_signed_as, services

_READS = re.compile(r"(BatchGet|Describe|Filter|Get|Head|List|Search|Simulate|Test|Validate)[A-Z]")
"""Prefixes of read operations; services declare others, such as `Scan`."""

_READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request")


def signed_service(environ: dict[str, Any]) -> str:
    """Return the service in the request's credential scope, such as `elasticloadbalancing`."""
    signed = environ.get("HTTP_AUTHORIZATION") or unquote(environ.get("QUERY_STRING", ""))
    scope = _SCOPE.search(signed)
    if scope:
        return scope.group(1).lower()
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return "sts"  # only AssumeRoleWithWebIdentity and AssumeRoleWithSAML are sent unsigned
    target = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")[0]
    return next((s.signing_name for s in services() if target and target == s.target_prefix), "s3")


def is_signed_for_s3(environ: dict[str, Any]) -> bool:
    """Say whether the request is for S3, whatever its path: a bucket may have any name."""
    signed = "HTTP_AUTHORIZATION" in environ or "Signature=" in environ.get("QUERY_STRING", "")
    return signed and signed_service(environ) == "s3"


def guessed_operation(environ: dict[str, Any], service: str) -> str:
    """Return the operation of a request without a name for it: S3's, or else the method."""
    method: str = environ["REQUEST_METHOD"]
    if service != "s3" or method in _READ_METHODS:
        return method
    _, _, key = environ.get("PATH_INFO", "").lstrip("/").partition("/")
    query = environ.get("QUERY_STRING", "")
    if key and (query.removeprefix("x-id=PutObject") or "HTTP_X_AMZ_TAGGING" in environ):
        return f"{method} of an object's part or setting"
    if key:
        return {"PUT": "PutObject", "DELETE": "DeleteObject"}.get(method, f"{method} object")
    return "DeleteObjects" if "delete" in query else f"{method} bucket"


def reads(operation: str) -> bool:
    """Say whether *operation* is read-only."""
    return (
        operation in _READ_METHODS
        or _READS.match(operation) is not None
        or any(operation in service.read_operations for service in services())
    )


def is_data(service: str, operation: str) -> bool:
    """Say whether *operation* changes journalled collections only."""
    declared = service_signed_as(service)
    return declared is not None and operation in declared.data_operations


def is_control_change(service: str, operation: str) -> bool:
    """Say whether *operation* is announced to workers and front door."""
    declared = service_signed_as(service)
    return not (
        reads(operation)
        or (declared is not None and operation in declared.data_operations)
        or (declared is not None and operation in declared.quiet_operations)
        or operation.endswith((" object", " setting"))
    )
