"""Bucket policies: a Deny with a Condition does not apply locally.

moto ignores conditions, so the usual "deny what comes without TLS" would deny everything; the local
API has no TLS, no VPC endpoints and no organisation for a condition to speak of.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket


def install() -> None:
    """Judge requests by the statements that can be judged here."""
    FakeBucket.get_permission = _permission  # type: ignore[method-assign]


def _permission(self: Any, action: str, resource: str) -> Any:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    statements = policy.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    judged = [s for s in statements if not (s.get("Effect") == "Deny" and s.get("Condition"))]
    if not judged:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**policy, "Statement": judged})).is_action_permitted(
        action, resource
    )
