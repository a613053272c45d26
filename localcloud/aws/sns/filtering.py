"""Filter policies of message bodies, which moto compares in part."""

from __future__ import annotations

import json
from typing import Any

from moto.sns.utils import FilterPolicyMatcher

from localcloud.aws.events.matching import matches

_matches = FilterPolicyMatcher.matches


def install() -> None:
    """Replace `matches`."""
    FilterPolicyMatcher.matches = _matched  # type: ignore[method-assign]


def _matched(self: Any, message_attributes: dict[str, Any] | None, message: str) -> bool:
    if not self.filter_policy or self.filter_policy_scope != "MessageBody":
        return _matches(self, message_attributes, message)
    try:
        body = json.loads(message)
    except ValueError:
        return False
    return matches(self.filter_policy, body)
