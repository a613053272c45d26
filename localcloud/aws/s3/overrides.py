"""Bucket policies: a Deny with a Condition does not apply locally; log delivery by pattern.

moto ignores conditions, so the usual statement that denies requests without TLS would deny every
request. The local API has no TLS, VPC endpoints or organizations for conditions to match. In the
policy of a bucket for access logs, moto fails on `"Principal": "*"`, and compares the resource with
the prefix of the logs as text.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import InvalidBucketState
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.utils import LOGGING_SERVICE_PRINCIPAL

from localcloud.aws.s3.access import blocks


def install() -> None:
    """Ignore Deny statements with conditions, match who may deliver logs, and lock any bucket."""
    S3Backend.put_object_lock_configuration = _lock  # type: ignore[method-assign]
    FakeBucket.get_permission = _permission  # type: ignore[method-assign]
    FakeBucket._log_permissions_enabled_policy = staticmethod(_admits_log_delivery)  # type: ignore[method-assign] # noqa: SLF001


def _lock(  # noqa: PLR0913, PLR0917 - as moto calls it
    self: Any,
    bucket_name: str,
    lock_enabled: bool,
    mode: str | None = None,
    days: int | None = None,
    years: int | None = None,
) -> None:
    """Change the lock of a bucket, which may have objects."""
    bucket = self.get_bucket(bucket_name)
    if not bucket.is_versioned:
        text = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        raise InvalidBucketState(text)
    bucket.object_lock_enabled = bucket.object_lock_enabled or bool(lock_enabled)
    bucket.default_lock_mode = mode
    bucket.default_lock_days = days
    bucket.default_lock_years = years


def _admits_log_delivery(target_bucket: Any, target_prefix: str | None) -> bool:
    """Return whether a statement allows S3 to write objects that begin with *target_prefix*."""
    policy = json.loads(target_bucket.policy or "{}")
    target = f"{target_bucket.arn}/{target_prefix or ''}log"
    return any(
        one.get("Effect") == "Allow"
        and isinstance(one.get("Principal"), dict)
        and LOGGING_SERVICE_PRINCIPAL in _listed(one["Principal"].get("Service"))
        and {"s3:PutObject", "s3:*"}.intersection(_listed(one.get("Action")))
        and any(fnmatchcase(target, pattern) for pattern in _listed(one.get("Resource")))
        for one in _listed(policy.get("Statement"))
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _permission(self: Any, action: str, resource: str) -> Any:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    action = "s3:GetObject" if action == "s3:HeadObject" else action
    policy = json.loads(self.policy)
    statements = policy.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    judged = [s for s in statements if not (s.get("Effect") == "Deny" and s.get("Condition"))]
    if not judged:
        return PermissionResult.NEUTRAL
    found = IAMPolicy(json.dumps({**policy, "Statement": judged})).is_action_permitted(
        action, resource
    )
    restricted = found is PermissionResult.PERMITTED and blocks(self, "restrict_public_buckets")
    return PermissionResult.NEUTRAL if restricted else found
