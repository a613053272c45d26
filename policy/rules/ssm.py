"""Rules on Systems Manager documents and parameters."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.resource import parse_json_or_yaml, value_at
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.secrets import may_be_secret
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object, is_true

DOCUMENT = "aws:ssm/document:Document"
_PLACES = {
    "cloudWatchLogGroupName": "cloudWatchEncryptionEnabled",
    "s3BucketName": "s3EncryptionEnabled",
}
"""Setting of a log destination -> setting that encrypts it."""


@rule(aws.SSM_PARAMETER)
@classify("security", "identity", "high", "mandatory")
def ssm_secret_parameter_is_secure(parameter: Resource) -> Messages:
    """Parameters with the name of a secret must be SecureString parameters.

    Parameters of type String are stored and returned in plain text.

    References: Checkov CKV2_AWS_34
    """
    name = parameter.get("name")
    if not isinstance(name, str) or not parameter.settings.looks_secret(name):
        return
    values = [one for path in ("value", "insecureValue") if (one := parameter.get(path))]
    if values and not any(map(may_be_secret, values)):
        return
    secure = parameter.get("type") in ("SecureString", UNKNOWN)
    if not secure or not parameter.is_missing("insecureValue"):
        yield (
            f"The parameter '{parameter.name}' must be encrypted: set type=\"SecureString\" and"
            " value instead of insecure_value."
        )


@rule(aws.SSM_PARAMETER)
@classify("security", "identity", "low", "advisory", when="sensitive")
def ssm_secure_parameter_own_key(parameter: Resource) -> Messages:
    """SecureString parameters must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the parameter, and access can be
    revoked.

    References: Checkov CKV_AWS_337
    """
    if parameter.get("type") == "SecureString" and not is_customer_managed_key(
        parameter.get("keyId")
    ):
        yield (
            f"The parameter '{parameter.name}' must be encrypted with a customer managed key:"
            " set key_id."
        )


@rule(DOCUMENT)
@classify("security", "identity", "critical", "mandatory")
def ssm_document_not_shared_openly(document: Resource) -> Messages:
    """Documents must not be shared with every account.

    A public document reveals operational details to every AWS account.

    References: FSBP SSM.4, Config ssm-document-not-public, Checkov CKV_AWS_303
    """
    for sharing in document.entries("permissions"):
        accounts = as_list(sharing.get("accountIds", sharing.get("account_ids")))
        ids = [one for text in accounts if isinstance(text, str) for one in text.split(",")]
        shares = sharing.get("type") in ("Share", None)
        if shares and any(one.strip().lower() == "all" for one in ids):
            yield (
                f"The document '{document.name}' must not be shared with every account: list"
                " accounts in permissions."
            )


@rule(DOCUMENT)
@classify("security", "identity", "medium", "advisory")
def ssm_session_encrypted(document: Resource) -> Messages:
    """Sessions must be encrypted with a KMS key.

    Session traffic contains everything the operator sees and types.

    References: Checkov CKV_AWS_112
    """
    if document.get("documentType") != "Session":
        return
    content = parse_json_or_yaml(document.get("content"))
    if content is not UNKNOWN and is_missing(value_at(content, "inputs.kmsKeyId")):
        yield (
            f"The session document '{document.name}' must be encrypted: set inputs.kmsKeyId in"
            " content."
        )


@rule(DOCUMENT)
@classify("audit", "observability", "medium", "advisory")
def ssm_session_logged(document: Resource) -> Messages:
    """Sessions must be logged to an encrypted destination.

    CloudTrail records who started a session; only the session log records the commands.

    References: Checkov CKV_AWS_113
    """
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
