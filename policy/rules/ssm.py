"""Rules on Systems Manager documents and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.keys import is_customer_managed_key
from policy.engine.resource import parse_json_or_yaml, value_at
from policy.engine.resource_types import SSM_PARAMETER
from policy.engine.rule import Concern, Level, Pack, Severity, When, rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

DOCUMENT = "aws:ssm/document:Document"
_PLACES = {
    "cloudWatchLogGroupName": "cloudWatchEncryptionEnabled",
    "s3BucketName": "s3EncryptionEnabled",
}
"""Setting of a log destination -> setting that encrypts it."""


@rule(
    SSM_PARAMETER,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="Parameters of type String are stored and returned in plain text.",
    references=("Checkov CKV2_AWS_34",),
)
def ssm_secret_parameter_is_secure(parameter: Resource) -> Iterator[str]:
    """Parameters with the name of a secret must be SecureString parameters."""
    name = parameter.get("name")
    settings = parameter.settings
    if not isinstance(name, str) or not settings.looks_secret(name):
        return
    secure = parameter.get("type") in ("SecureString", UNKNOWN)
    if not secure or not parameter.is_missing("insecureValue"):
        yield (
            f"The parameter '{parameter.name}' must be encrypted: set type=\"SecureString\" and"
            " value instead of insecure_value."
        )


@rule(
    SSM_PARAMETER,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why=(
        "A customer managed key's policy controls who can decrypt the parameter, and access can"
        " be revoked."
    ),
    references=("Checkov CKV_AWS_337",),
)
def ssm_secure_parameter_own_key(parameter: Resource) -> Iterator[str]:
    """SecureString parameters must be encrypted with a customer managed key."""
    if parameter.get("type") == "SecureString" and not is_customer_managed_key(
        parameter.get("keyId")
    ):
        yield (
            f"The parameter '{parameter.name}' must be encrypted with a customer managed key:"
            " set key_id."
        )


@rule(
    DOCUMENT,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A public document reveals operational details to every AWS account.",
    references=("FSBP SSM.4", "Config ssm-document-not-public", "Checkov CKV_AWS_303"),
)
def ssm_document_not_shared_openly(document: Resource) -> Iterator[str]:
    """Documents must not be shared with every account."""
    for sharing in document.entries("permissions"):
        accounts = as_list(sharing.get("accountIds", sharing.get("account_ids")))
        ids = [one for text in accounts if isinstance(text, str) for one in text.split(",")]
        shares = sharing.get("type") in ("Share", None)
        if shares and any(one.strip().lower() == "all" for one in ids):
            yield (
                f"The document '{document.name}' must not be shared with every account: list"
                " accounts in permissions."
            )


@rule(
    DOCUMENT,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Session traffic contains everything the operator sees and types.",
    references=("Checkov CKV_AWS_112",),
)
def ssm_session_encrypted(document: Resource) -> Iterator[str]:
    """Sessions must be encrypted with a KMS key."""
    if document.get("documentType") != "Session":
        return
    content = parse_json_or_yaml(document.get("content"))
    if content is not UNKNOWN and is_missing(value_at(content, "inputs.kmsKeyId")):
        yield (
            f"The session document '{document.name}' must be encrypted: set inputs.kmsKeyId in"
            " content."
        )


@rule(
    DOCUMENT,
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="CloudTrail records who started a session; only the session log records the commands.",
    references=("Checkov CKV_AWS_113",),
)
def ssm_session_logged(document: Resource) -> Iterator[str]:
    """Sessions must be logged to an encrypted destination."""
    if document.get("documentType") != "Session":
        return
    content = parse_json_or_yaml(document.get("content"))
    unread = not is_object(content) and not document.is_missing("content")
    if unread or any(_is_logged(content, *place) for place in _PLACES.items()):
        return
    yield (
        f"The session document '{document.name}' must log sessions: set"
        " inputs.cloudWatchLogGroupName and cloudWatchEncryptionEnabled, or s3BucketName and"
        " s3EncryptionEnabled, in content."
    )


def _is_logged(content: Any, place: str, encryption: str) -> bool:
    encrypted = value_at(content, f"inputs.{encryption}")
    named = not is_missing(value_at(content, f"inputs.{place}"))
    return named and (encrypted is UNKNOWN or is_true(encrypted))
