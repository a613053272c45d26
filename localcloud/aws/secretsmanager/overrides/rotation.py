"""Rotation of secrets: four steps in the background, each retried if it fails.

A rotation in progress is recorded in the secret, and continues after a restart. It waits while the
engine of a database of the secret's service is not installed.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends
from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceNotFoundException,
    SecretNotFoundException,
)
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend, secretsmanager_backends

from localcloud.aws.journal import JOURNAL
from localcloud.aws.lambda_.overrides.invoke import WorkersUnavailableError, call
from localcloud.aws.rds.overrides import passwords as rds_passwords
from localcloud.engines import missing
from localcloud.stopped import service_of

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

_LOG = logging.getLogger(__name__)
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
WAIT_SECONDS = 1.0
RETRY_DELAYS_SECONDS = (0.5, 1, 2, 4, 8, 15, 30)
"""Delay before each retry: the function or the database may not be ready yet."""

RATE = re.compile(r"rate\(([1-9]\d{0,2}) days?\)")

_described = FakeSecret.to_dict
_get_secret_value = SecretsManagerBackend.get_secret_value
_endpoints: list[ControlEndpoints] = []


class StepFailedError(RuntimeError):
    """Raised when a step of a rotation fails."""


def install(endpoints: ControlEndpoints) -> None:
    """Rotate through the workers at *endpoints*."""
    _endpoints[:] = [endpoints]
    SecretsManagerBackend.rotate_secret = _rotate  # type: ignore[method-assign]
    FakeSecret.to_dict = _to_dict  # type: ignore[method-assign]
    SecretsManagerBackend.get_secret_value = _value  # type: ignore[method-assign]


def resume() -> None:
    """Continue rotations that were in progress when the process ended."""
    for _, _, backend in secretsmanager_backends.iter_backends():
        for secret in list(backend.secrets.values()):  # type: ignore[attr-defined]
            if token := getattr(secret, "bulkhead_rotation", None):
                _start(backend, secret, token)


def _value(self: Any, secret_id: str, version_id: str, version_stage: str) -> dict[str, Any]:
    stage = version_stage or ("AWSCURRENT" if not version_id else version_stage)
    return _get_secret_value(self, secret_id, version_id, stage)


def _rotate(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    secret_id: str,
    client_request_token: str | None = None,
    rotation_lambda_arn: str | None = None,
    rotation_rules: dict[str, Any] | None = None,
    rotate_immediately: bool = True,
) -> str:
    if secret_id not in self.secrets:
        raise SecretNotFoundException
    secret: Any = self.secrets[secret_id]
    if secret.is_deleted():
        raise InvalidRequestException(
            "You can't perform this operation on the secret because it was marked for deletion."
        )
    if rds_passwords.manages(secret):
        rds_passwords.rotate(secret)
        return secret.to_short_dict()
    arn = rotation_lambda_arn or secret.rotation_lambda_arn
    if not arn:
        raise InvalidRequestException(
            "No Lambda rotation function ARN is associated with this secret."
        )
    if getattr(secret, "bulkhead_rotation", None):
        raise InvalidRequestException(
            "A previous rotation isn't complete. That rotation will be reattempted."
        )
    _find_function(arn)
    days = (rotation_rules or {}).get("AutomaticallyAfterDays", secret.auto_rotate_after_days)
    if rotation_rules is not None:
        days = _days(rotation_rules)
        secret.bulkhead_rules = rotation_rules
    secret.rotation_lambda_arn, secret.auto_rotate_after_days = arn, days
    secret.rotation_requested = secret.rotation_enabled = True
    secret.next_rotation_date = int(time.time()) + int(days) * 86_400 if days else None
    if not rotate_immediately:
        return secret.to_short_dict()
    token = client_request_token or str(uuid.uuid4())
    secret.remove_version_stages_from_old_versions(["AWSPENDING"])
    secret.versions[token] = {
        "createdate": int(time.time()),
        "version_id": token,
        "version_stages": ["AWSPENDING"],
    }
    secret.bulkhead_rotation = token
    _start(self, secret, token)
    # Without a version nobody waits for a rotation that cannot proceed.
    return secret.to_short_dict(version_id=token, include_version_id=not _waits(secret))


def _days(rules: dict[str, Any]) -> int | None:
    """Return the days between rotations; raises for a schedule in another form."""
    schedule = rules.get("ScheduleExpression")
    if schedule is None:
        return rules.get("AutomaticallyAfterDays")
    every = RATE.fullmatch(schedule)
    if every is None:
        raise InvalidParameterException(
            f"RotationRules.ScheduleExpression: the local cloud evaluates rate(N days), found"
            f" {schedule!r}"
        )
    return int(every[1])


def _to_dict(self: Any) -> dict[str, Any]:
    """Return what DescribeSecret answers, with the rules as they were given."""
    answer = _described(self)
    if "RotationRules" in answer:
        answer["RotationRules"] = getattr(self, "bulkhead_rules", answer["RotationRules"])
    return answer


def _find_function(arn: str) -> None:
    _, _, _, region, account, _, name, *qualifier = arn.split(":")
    try:
        lambda_backends[account][region].get_function(name, *qualifier)
    except Exception as error:
        text = f"Secrets Manager can't find the specified Lambda function {arn}."
        raise ResourceNotFoundException(text) from error


def _start(backend: Any, secret: Any, token: str) -> None:
    arguments = (backend, secret.arn, secret.rotation_lambda_arn, token)
    threading.Thread(target=_run, args=arguments, name=f"rotate {secret.name}", daemon=True).start()


def _run(backend: Any, secret_arn: str, function_arn: str, token: str) -> None:
    while _waits(backend.secrets.get(secret_arn)):
        time.sleep(WAIT_SECONDS)
    first = 0
    for delay in (*RETRY_DELAYS_SECONDS, None):
        if backend.secrets.get(secret_arn) is None:  # deleted meanwhile
            return
        try:
            for number, step in enumerate(STEPS[first:], start=first):
                _invoke(secret_arn, function_arn, token, step)
                first = number + 1
        except (StepFailedError, WorkersUnavailableError) as error:
            _LOG.warning("rotation of %s: %s", secret_arn, error)
            if delay is None:
                break
            time.sleep(delay)
        else:
            _finish(backend, secret_arn, token, done=True)
            return
    _finish(backend, secret_arn, token, done=False)


def _waits(secret: Any) -> bool:
    """Return whether a server of the service that owns *secret* has no engine yet."""
    service = service_of((secret.tags if secret is not None else None) or ())
    return bool(service) and service in missing.needs(_endpoints[0].layout)


def _invoke(secret_arn: str, function_arn: str, token: str, step: str) -> None:
    _, _, _, _, _, _, name, *qualifier = function_arn.split(":")
    event = {
        "Step": step, "SecretId": secret_arn, "ClientRequestToken": token,
        "RotationToken": str(uuid.uuid4()),
    }  # fmt: skip
    kind = {"X-Amz-Invocation-Type": "RequestResponse"}
    answer = call(
        _endpoints[0], name, qualifier[0] if qualifier else None, json.dumps(event).encode(), kind
    )
    if answer.status >= 300 or "x-amz-function-error" in answer.headers:  # noqa: PLR2004 - HTTP
        found = answer.body[:500].decode(errors="replace")
        raise StepFailedError(f"{step} in function {name} failed: {found}")


def _finish(backend: Any, secret_arn: str, token: str, *, done: bool) -> None:
    with JOURNAL.transaction() as work:
        work.snapshot(backend)
        if secret_arn not in backend.secrets:
            return
        secret: FakeSecret = backend.secrets[secret_arn]
        if getattr(secret, "bulkhead_rotation", None) == token:
            secret.bulkhead_rotation = None  # type: ignore[attr-defined]
        if not done:
            return
        stages = secret.versions.get(token, {}).get("version_stages", [])
        if "AWSPENDING" in stages and "AWSCURRENT" in stages:
            stages.remove("AWSPENDING")
        secret.last_rotation_date = int(time.time())
        value = secret.versions.get(token, {}).get("secret_string") or ""
    rds_passwords.record(value)
    _LOG.info("rotated %s", secret_arn)
