"""The four steps in which Secrets Manager rotates a secret of a service's own.

    def handler(event, _context):
        rotation.rotate(event, create=lambda current: secrets.token_urlsafe(32))

*create* returns the new value, for example from the party that issues it; it gets the present one.
*enable* makes the new value valid there, and *test* tries it. Each may be called again after a
failure. Clients read the new value only after *test*; until the next rotation the old one has the
staging label AWSPREVIOUS.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

logger = logging.getLogger(__name__)


class RotationError(RuntimeError):
    """Raised when a step cannot be done; Secrets Manager retries the rotation."""


def rotate(
    event: Mapping[str, str],
    create: Callable[[str], str],
    *,
    enable: Callable[[str], object] | None = None,
    test: Callable[[str], object] | None = None,
    client: Any = None,
) -> None:
    """Run the step in *event*; raises RotationError."""
    secrets = client or boto3.client("secretsmanager")
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    if step not in STEPS:
        raise RotationError(f"step {step!r} is unknown: use one of {', '.join(STEPS)}")
    described = secrets.describe_secret(SecretId=secret)
    stages: dict[str, list[str]] = described.get("VersionIdsToStages", {})
    if CURRENT in stages.get(token, ()):
        return  # an earlier attempt finished it
    pending = _value(secrets, secret, VersionId=token, VersionStage=PENDING)
    if step == "createSecret":
        if pending is None:
            _create(secrets, secret, token, create)
    elif step == "finishSecret":
        _finish(secrets, secret, token, stages)
    elif pending is not None:
        call = enable if step == "setSecret" else test
        if call is not None:
            call(pending)
    elif step == "setSecret":  # Secrets Manager tests a new schedule without a value
        raise RotationError(f"{secret} has no version {token}: createSecret comes first")


def _create(secrets: Any, secret: str, token: str, create: Callable[[str], str]) -> None:
    current = _value(secrets, secret, VersionStage=CURRENT)
    if current is None:
        raise RotationError(f"{secret} has no value to rotate: set one by bulkhead secret set")
    secrets.put_secret_value(
        SecretId=secret,
        ClientRequestToken=token,
        SecretString=create(current),
        VersionStages=[PENDING],
    )


def _finish(secrets: Any, secret: str, token: str, stages: Mapping[str, list[str]]) -> None:
    holder = next((version for version, has in stages.items() if CURRENT in has), None)
    replaced = {} if holder is None else {"RemoveFromVersionId": holder}
    secrets.update_secret_version_stage(
        SecretId=secret, VersionStage=CURRENT, MoveToVersionId=token, **replaced
    )
    logger.info("rotated the secret %s", secret)


def _value(secrets: Any, secret: str, **version: str) -> str | None:
    try:
        return secrets.get_secret_value(SecretId=secret, **version)["SecretString"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
            raise
        return None
