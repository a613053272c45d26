"""Which operations change something, and which of them others must hear of."""

from __future__ import annotations

import re
from typing import Any

_READS = re.compile(r"(BatchGet|Describe|Filter|Get|Head|List|Search|Simulate|Test|Validate)[A-Z]")
"""How the names of operations begin that change nothing."""

_MORE_READS = frozenset({
    "GET", "HEAD", "OPTIONS",
    "Query", "Scan", "SelectObjectContent", "TransactGetItems",
    "Decrypt", "Encrypt", "ReEncrypt", "Sign", "Verify", "VerifyMac",
    "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext", "GenerateRandom",
})  # fmt: skip
"""Operations that change nothing, though others whose names begin the same do: `SignUp`."""

DATA: dict[str, frozenset[str]] = {
    "sqs": frozenset({
        "SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch",
        "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "PurgeQueue",
    }),
    "sns": frozenset({"Publish", "PublishBatch"}),
    "dynamodb": frozenset({
        "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems",
        "ExecuteStatement", "ExecuteTransaction", "BatchExecuteStatement",
    }),
    "logs": frozenset({"PutLogEvents"}),
    "s3": frozenset({
        "PutObject", "DeleteObject", "DeleteObjects",
    }),
}  # fmt: skip
"""Operations on data: their collections are journalled entry by entry, and nobody is told."""

QUIET: dict[str, frozenset[str]] = {
    "logs": frozenset({"CreateLogStream"}),
    "cognito-idp": frozenset({
        "InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "GlobalSignOut",
    }),
    "events": frozenset({"PutEvents"}),
    "monitoring": frozenset({"PutMetricData"}),
    "kinesis": frozenset({"PutRecord", "PutRecords"}),
    "sts": frozenset({"AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}),
    "lambda": frozenset({"Invoke", "InvokeAsync"}),
}  # fmt: skip
"""Operations that are saved by snapshot, but that nobody is told."""

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request")
_UNSIGNED = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
}


def signed_service(environ: dict[str, Any]) -> str:
    """Return the name under which the request was signed, such as `elasticloadbalancing`."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if scope:
        return scope.group(1).lower()
    target = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")[0]
    return _UNSIGNED.get(target, "s3")


def guessed_operation(environ: dict[str, Any], service: str) -> str:
    """Return what a request that names no operation does; only S3's have to be told apart."""
    method: str = environ["REQUEST_METHOD"]
    if service != "s3" or method in {"GET", "HEAD", "OPTIONS"}:
        return method
    _, _, key = environ.get("PATH_INFO", "").lstrip("/").partition("/")
    query = environ.get("QUERY_STRING", "")
    if key and (query.removeprefix("x-id=PutObject") or "HTTP_X_AMZ_TAGGING" in environ):
        return f"{method} of an object's part or setting"
    if key:
        return {"PUT": "PutObject", "DELETE": "DeleteObject"}.get(method, f"{method} object")
    return "DeleteObjects" if "delete" in query else f"{method} bucket"


def reads(operation: str) -> bool:
    """Say whether *operation* changes nothing."""
    return operation in _MORE_READS or _READS.match(operation) is not None


def is_data(service: str, operation: str) -> bool:
    """Say whether *operation* works on data whose collection is journalled entry by entry."""
    return operation in DATA.get(service, ())


def is_control_change(service: str, operation: str) -> bool:
    """Say whether workers and front door want to hear of *operation*."""
    return not (
        reads(operation)
        or is_data(service, operation)
        or operation in QUIET.get(service, ())
        or operation.endswith((" object", " setting"))
    )
