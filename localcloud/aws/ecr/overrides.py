"""Tokens of the registry are valid for 12 hours, and it has pull through cache rules.

The rules are kept: no registry runs here that would pull an image.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

_answer = ECRResponse.get_authorization_token
VALID = dt.timedelta(hours=12)
CHANGEABLE = ("credentialArn", "customRoleArn")
MEMBERS = (
    "ecrRepositoryPrefix", "upstreamRegistryUrl", "upstreamRepositoryPrefix", "upstreamRegistry",
    *CHANGEABLE,
)  # fmt: skip


def install() -> None:
    """Add the operations, and let new tokens expire in 12 hours."""
    response: Any = ECRResponse
    response.get_authorization_token = _token
    response.create_pull_through_cache_rule = _create
    response.describe_pull_through_cache_rules = _describe
    response.update_pull_through_cache_rule = _update
    response.delete_pull_through_cache_rule = _delete


def _token(self: Any) -> Any:
    answer: Any = _answer(self)
    for one in answer.result["authorizationData"]:
        one["expiresAt"] = dt.datetime.now(dt.UTC) + VALID
    return answer


def _rules(backend: Any) -> dict[str, dict[str, Any]]:
    return backend.__dict__.setdefault("bulkhead_cache_rules", {})


def _rule(self: Any) -> dict[str, Any]:
    prefix = self._get_param("ecrRepositoryPrefix")
    found = _rules(self.ecr_backend).get(prefix)
    if found is None:
        text = f"Pull through cache rule not found for the prefix '{prefix}'"
        raise JsonRESTError("PullThroughCacheRuleNotFoundException", text)
    return found


def _create(self: Any) -> ActionResult:
    rules, prefix = _rules(self.ecr_backend), self._get_param("ecrRepositoryPrefix")
    if prefix in rules:
        text = f"A pull through cache rule with the prefix '{prefix}' already exists"
        raise JsonRESTError("PullThroughCacheRuleAlreadyExistsException", text)
    stated = {name: self._get_param(name) for name in MEMBERS}
    now = dt.datetime.now(dt.UTC)
    rules[prefix] = {
        **{name: value for name, value in stated.items() if value is not None},
        "registryId": self.current_account,
        "createdAt": now,
        "updatedAt": now,
    }
    return ActionResult(rules[prefix])


def _describe(self: Any) -> ActionResult:
    rules, wanted = _rules(self.ecr_backend), self._get_param("ecrRepositoryPrefixes")
    unknown = [prefix for prefix in wanted or () if prefix not in rules]
    if unknown:
        text = f"Pull through cache rule not found for the prefix '{unknown[0]}'"
        raise JsonRESTError("PullThroughCacheRuleNotFoundException", text)
    return ActionResult({"pullThroughCacheRules": [rules[prefix] for prefix in wanted or rules]})


def _update(self: Any) -> ActionResult:
    rule = _rule(self)
    for name in CHANGEABLE:
        if value := self._get_param(name):
            rule[name] = value
    rule["updatedAt"] = dt.datetime.now(dt.UTC)
    return ActionResult(rule)


def _delete(self: Any) -> ActionResult:
    rule = _rule(self)
    del _rules(self.ecr_backend)[rule["ecrRepositoryPrefix"]]
    return ActionResult(rule)
