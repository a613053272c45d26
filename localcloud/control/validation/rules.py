"""Rules of requests that botocore's shapes do not know."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.control.validation import expressions
from localcloud.control.validation.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

Refusal = tuple[str, str] | None
_SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
_NOT_IN_MESSAGES = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_BATCH_ENTRIES = 10
_BATCH_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_EXPRESSIONS = expressions.rules()
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_SQS = "AWS.SimpleQueueService."
_SNS_PROTOCOLS = frozenset({
    "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs",
})  # fmt: skip


def refusal(model: str, operation: str, parameters: dict[str, Any]) -> Refusal:
    """Return code and text if a rule refuses *parameters*."""
    rule = _RULES.get((model, operation)) or _EXPRESSIONS.get((model, operation))
    return rule(parameters) if rule else None


def error(found: tuple[str, str]) -> AwsError:
    """Return the error of a refusal; what is not supported here is a 501."""
    missing = found[0] == "NotImplemented"
    return AwsError(*found, HTTPStatus.NOT_IMPLEMENTED if missing else HTTPStatus.BAD_REQUEST)


def _secret(parameters: dict[str, Any]) -> Refusal:
    if _SECRET_NAME.fullmatch(parameters["Name"]):
        return None
    return "ValidationException", (
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the"
        " following: -/_+=.@!"
    )


def _message(parameters: dict[str, Any]) -> Refusal:
    body = parameters["MessageBody"]
    if not body:
        return "MissingParameter", "The request must contain the parameter MessageBody."
    if _NOT_IN_MESSAGES.search(body):
        return "InvalidMessageContents", (
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to"
            " #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
        )
    attributes = parameters.get("MessageAttributes") or {}
    for name, one in attributes.items():
        if one.get("StringValue") == "":
            return "InvalidParameterValue", (
                f"Message (user) attribute '{name}' must contain a non-empty value of type"
                f" '{one.get('DataType', 'String')}'."
            )
    return None


def _batch(parameters: dict[str, Any]) -> Refusal:
    identifiers = [str(entry["Id"]) for entry in parameters["Entries"]]
    if len(identifiers) > MAX_BATCH_ENTRIES:
        return f"{_SQS}TooManyEntriesInBatchRequest", (
            f"Maximum number of entries per request are 10. You have sent {len(identifiers)}."
        )
    for identifier in identifiers:
        if not _BATCH_ID.fullmatch(identifier):
            return f"{_SQS}InvalidBatchEntryId", (
                "A batch entry id can only contain alphanumeric characters, hyphens and"
                " underscores. It can be at most 80 letters long."
            )
        if identifiers.count(identifier) > 1:
            return f"{_SQS}BatchEntryIdsNotDistinct", f"Id {identifier} repeated."
    return None


def _notification(parameters: dict[str, Any]) -> Refusal:
    if not parameters["Message"]:
        return "InvalidParameter", "Invalid parameter: Empty message"
    if parameters.get("Subject") == "":
        return "InvalidParameter", "Invalid parameter: Subject"
    if parameters.get("MessageStructure") != "json":
        return None
    structured = _json(parameters["Message"])
    if structured is None:
        return "InvalidParameter", (
            "Invalid parameter: Message Structure - JSON message body failed to parse"
        )
    if "default" not in structured:
        return "InvalidParameter", (
            "Invalid parameter: Message Structure - No default entry in JSON message body"
        )
    return None


def _json(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _policy(member: str) -> Callable[[dict[str, Any]], Refusal]:
    def rule(parameters: dict[str, Any]) -> Refusal:
        if _json(parameters[member]) is not None:
            return None
        return "MalformedPolicyDocument", "This policy contains invalid Json"

    return rule


def _role(parameters: dict[str, Any]) -> Refusal:
    if _ROLE.fullmatch(parameters["RoleArn"]):
        return None
    return "ValidationError", f"{parameters['RoleArn']} is invalid"


def _subscription(parameters: dict[str, Any]) -> Refusal:
    protocol = parameters["Protocol"]
    if protocol in _SNS_PROTOCOLS:
        return None
    told = f"Invalid parameter: Amazon SNS does not support this protocol string: {protocol}"
    return "InvalidParameter", told


def _table(parameters: dict[str, Any]) -> Refusal:
    name = parameters["TableName"].rpartition("/")[2]
    if re.fullmatch(r"[a-zA-Z0-9_.-]{3,255}", name):
        return None
    if not 3 <= len(name) <= 255:  # noqa: PLR2004 - as the text says
        return "ValidationException", (
            "TableName must be at least 3 characters long and at most 255 characters long"
        )
    return "ValidationException", (
        f"1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint:"
        " Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    )


def _signing_algorithm(parameters: dict[str, Any]) -> Refusal:
    found = parameters["SigningAlgorithm"]
    if found in {"RS256", "ES384"}:
        return None
    return "ValidationError", (
        f"1 validation error detected: Value '{found}' at 'signingAlgorithm' failed to satisfy"
        " constraint: Member must satisfy enum value set: [RS256, ES384]"
    )


def _limit(most: int, operation: str) -> Callable[[dict[str, Any]], Refusal]:
    def rule(parameters: dict[str, Any]) -> Refusal:
        found = parameters["RequestItems"].values()
        count = sum(len(one["Keys"] if isinstance(one, dict) else one) for one in found)
        told = f"Too many items requested for the {operation} call"
        return ("ValidationException", told) if count > most else None

    return rule


_RULES: dict[tuple[str, str], Callable[[dict[str, Any]], Refusal]] = {
    ("dynamodb", "BatchGetItem"): _limit(100, "BatchGetItem"),
    ("dynamodb", "BatchWriteItem"): _limit(25, "BatchWriteItem"),
    ("dynamodb", "CreateTable"): _table,
    ("iam", "CreatePolicy"): _policy("PolicyDocument"),
    ("iam", "CreatePolicyVersion"): _policy("PolicyDocument"),
    ("iam", "CreateRole"): _policy("AssumeRolePolicyDocument"),
    ("iam", "PutGroupPolicy"): _policy("PolicyDocument"),
    ("iam", "PutRolePolicy"): _policy("PolicyDocument"),
    ("iam", "PutUserPolicy"): _policy("PolicyDocument"),
    ("iam", "UpdateAssumeRolePolicy"): _policy("PolicyDocument"),
    ("secretsmanager", "CreateSecret"): _secret,
    ("sns", "Publish"): _notification,
    ("sns", "Subscribe"): _subscription,
    ("sqs", "ChangeMessageVisibilityBatch"): _batch,
    ("sqs", "DeleteMessageBatch"): _batch,
    ("sqs", "SendMessage"): _message,
    ("sqs", "SendMessageBatch"): _batch,
    ("sts", "AssumeRole"): _role,
    ("sts", "AssumeRoleWithWebIdentity"): _role,
    ("sts", "GetWebIdentityToken"): _signing_algorithm,
}
