"""Bucket policies: a Deny with a Condition does not apply locally.

moto ignores conditions, so the usual statement that denies requests without TLS would deny every
request. The local API has no TLS, VPC endpoints or organizations for conditions to match.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from localcloud.aws.s3.access import blocks


def install() -> None:
    """Ignore Deny statements with conditions."""
    FakeBucket.get_permission = _permission  # type: ignore[method-assign]


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
