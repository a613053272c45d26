"""X-Ray's sampling rules, and the targets that SDKs with a remote sampler ask for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from localcloud.aws.xray.declared import InvalidRequestError, set_tags, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "Default"
DEFAULT_RULE = {
    **dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host"), "*"),
    **dict.fromkeys(("HTTPMethod", "URLPath"), "*"),
    "Priority": 10_000,
    "FixedRate": 0.05,
    "ReservoirSize": 1,
    "Version": 1,
    "Attributes": {},
}
"""Members of the rule that every account has, for what no other rule matches."""
ONLY_DEFAULTS = {"FixedRate", "ReservoirSize"}
"""What can be changed of it."""
TARGET_SECONDS = 10
"""How long an SDK may use a target, and when it asks again."""


def _arn(backend: Any, name: str) -> str:
    place = f"{backend.partition}:xray:{backend.region_name}:{backend.account_id}"
    return f"arn:{place}:sampling-rule/{name}"


def _rules(backend: Any) -> dict[str, dict[str, Any]]:
    rules = settings_of(backend)["rules"]
    if DEFAULT not in rules:
        named = {"RuleName": DEFAULT, "RuleARN": _arn(backend, DEFAULT)}
        rules[DEFAULT] = {**DEFAULT_RULE, **named, "created": 0.0, "modified": 0.0}
    return rules


def _record(rule: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in rule.items() if name not in ("created", "modified")}
    return {"SamplingRule": shown, "CreatedAt": rule["created"], "ModifiedAt": rule["modified"]}


def _check(rule: Mapping[str, Any]) -> None:
    if rule["ResourceARN"] != "*":
        raise InvalidRequestError("ResourceARN must be *: X-Ray's clients know no other")
    if rule.get("SamplingRateBoost"):
        raise InvalidRequestError("SamplingRateBoost is not supported: leave it out")
    if not 0 <= rule["FixedRate"] <= 1:
        raise InvalidRequestError("FixedRate must be a number from 0 to 1")


def _create(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = given["SamplingRule"]
    name = wanted.get("RuleName") or ""
    if not name or name in _rules(backend):
        raise InvalidRequestError(f"RuleName {name!r} must be that of no other rule")
    if wanted["Version"] != 1:
        raise InvalidRequestError("Version must be 1")
    _check(wanted)
    now = time.time()
    rule = {"Attributes": {}, **wanted, "RuleARN": _arn(backend, name)}
    _rules(backend)[name] = {**rule, "created": now, "modified": now}
    set_tags(backend, rule["RuleARN"], given)
    return {"SamplingRuleRecord": _record(_rules(backend)[name])}


def _found(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    for rule in _rules(backend).values():
        if given.get("RuleName") == rule["RuleName"] or given.get("RuleARN") == rule["RuleARN"]:
            return rule
    name = given.get("RuleName") or given.get("RuleARN")
    raise InvalidRequestError(f"the sampling rule {name} does not exist: Sampling rule not found")


def _update(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = given["SamplingRuleUpdate"]
    rule = _found(backend, wanted)
    changes = {key: one for key, one in wanted.items() if key not in ("RuleName", "RuleARN")}
    if rule["RuleName"] == DEFAULT and not changes.keys() <= ONLY_DEFAULTS:
        raise InvalidRequestError("of the rule Default, FixedRate and ReservoirSize can change")
    _check({**rule, **changes})
    rule.update(changes, modified=time.time())
    return {"SamplingRuleRecord": _record(rule)}


def _all(backend: Any, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"SamplingRuleRecords": [_record(one) for one in _rules(backend).values()]}


def _delete(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    rule = _found(backend, given)
    if rule["RuleName"] == DEFAULT:
        raise InvalidRequestError("the rule Default cannot be deleted")
    del _rules(backend)[rule["RuleName"]]
    settings_of(backend)["tags"].pop(rule["RuleARN"], None)
    return {"SamplingRuleRecord": _record(rule)}


def _targets(backend: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give each rule's whole reservoir to every client: here a service has few."""
    rules, now = _rules(backend), time.time()
    asked = [one["RuleName"] for one in given["SamplingStatisticsDocuments"]]
    return {
        "SamplingTargetDocuments": [
            {
                "RuleName": name,
                "FixedRate": rules[name]["FixedRate"],
                "ReservoirQuota": rules[name]["ReservoirSize"],
                "ReservoirQuotaTTL": now + TARGET_SECONDS,
                "Interval": TARGET_SECONDS,
            }
            for name in asked
            if name in rules
        ],
        "LastRuleModification": max(one["modified"] for one in rules.values()),
        "UnprocessedStatistics": [
            {"RuleName": name, "ErrorCode": "404", "Message": "the rule does not exist"}
            for name in asked
            if name not in rules
        ],
    }


OPERATIONS = {
    "CreateSamplingRule": _create,
    "UpdateSamplingRule": _update,
    "GetSamplingRules": _all,
    "DeleteSamplingRule": _delete,
    "GetSamplingTargets": _targets,
}
