"""Rules on what is written down of sessions on machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.resource import parse_text, value_at
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_missing, is_object, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

DOCUMENT = "aws:ssm/document:Document"

_PLACES = {
    "cloudWatchLogGroupName": "cloudWatchEncryptionEnabled",
    "s3BucketName": "s3EncryptionEnabled",
}
"""Where a session is logged, and what says that it is encrypted there."""


@rule(
    DOCUMENT,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Who opened a session is in the trail; what was done in it is nowhere but in its log.",
    references=("Checkov CKV_AWS_113",),
)
def ssm_session_logged(document: Resource) -> Iterator[str]:
    """Sessions must be logged in an encrypted place."""
    if document.get("documentType") != "Session":
        return
    content = parse_text(document.get("content"))
    unread = not is_object(content) and not document.is_missing("content")
    if unread or any(_is_logged(content, *place) for place in _PLACES.items()):
        return
    yield (
        f"The session document '{document.name}' must have sessions logged: set"
        " inputs.cloudWatchLogGroupName and cloudWatchEncryptionEnabled, or s3BucketName and"
        " s3EncryptionEnabled, in content."
    )


def _is_logged(content: Any, place: str, encryption: str) -> bool:
    encrypted = value_at(content, f"inputs.{encryption}")
    named = not is_missing(value_at(content, f"inputs.{place}"))
    return named and (encrypted is UNKNOWN or is_true(encrypted))
