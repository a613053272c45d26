"""Account policies, which moto does not have: one subscription filter for every log group."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.backends import get_backend
from moto.logs.exceptions import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from moto.logs.responses import LogsResponse

from localcloud.aws.logs.filters import check_pattern
from localcloud.aws.logs.policy_documents import SUBSCRIPTION, document_faults
from localcloud.aws.logs.selection import SelectionError, excluded_groups


def install() -> None:
    """Add the operations."""
    responses: Any = LogsResponse
    responses.put_account_policy = _put
    responses.describe_account_policies = _describe
    responses.delete_account_policy = _delete


def subscriptions(backend: Any, group: str) -> list[dict[str, Any]]:
    """Return the account-level subscription filter of the log group, as of the group itself."""
    found: list[dict[str, Any]] = []
    for policy in _of(backend).values():
        if group not in excluded_groups(policy["selectionCriteria"]):
            document = json.loads(policy["policyDocument"])
            found.append(
                {
                    "filterName": policy["policyName"],
                    "logGroupName": group,
                    "filterPattern": document.get("FilterPattern") or "",
                    "destinationArn": document["DestinationArn"],
                    "roleArn": document.get("RoleArn"),
                    "distribution": document.get("Distribution") or "ByLogStream",
                    "creationTime": policy["since"].get(group, policy["created"]),
                }
            )
    return found


def _of(backend: Any) -> dict[str, dict[str, Any]]:
    return backend.__dict__.setdefault("bulkhead_account_policies", {})


def _checked_type(self: Any) -> None:
    kind = self._get_param("policyType")
    if kind != SUBSCRIPTION:
        text = f"policyType {kind} is not available in the local cloud: {SUBSCRIPTION} is"
        raise InvalidParameterException(text)


def _put(self: Any) -> str:
    _checked_type(self)
    if self._get_param("dryRun"):
        raise InvalidParameterException("dryRun is not available in the local cloud")
    name, document = self._get_param("policyName"), self._get_param("policyDocument")
    criteria = self._get_param("selectionCriteria") or ""
    faults = list(document_faults(document))
    if faults:
        raise InvalidParameterException(f"Invalid policyDocument: it {faults[0]}")
    check_pattern(json.loads(document).get("FilterPattern") or "")
    try:
        excluded = excluded_groups(criteria)
    except SelectionError as error:
        raise InvalidParameterException(str(error)) from error
    _check_destination(self.logs_backend, json.loads(document)["DestinationArn"])
    policies = _of(self.logs_backend)
    if policies.keys() - {name}:
        raise LimitExceededException
    now = int(time.time() * 1000)
    known = policies.get(name)
    before = excluded_groups(known["selectionCriteria"]) if known else frozenset[str]()
    policies[name] = {
        "policyName": name,
        "policyDocument": document,
        "policyType": SUBSCRIPTION,
        "scope": self._get_param("scope") or "ALL",
        "selectionCriteria": criteria,
        "lastUpdatedTime": now,
        "accountId": self.logs_backend.account_id,
        "created": known["created"] if known else now,
        # A group that was left out until now delivers what arrives from now on.
        "since": {**(known["since"] if known else {}), **dict.fromkeys(before - excluded, now)},
    }
    return json.dumps({"accountPolicy": _shown(policies[name])})


def _check_destination(backend: Any, arn: str) -> None:
    """Refuse a destination that does not exist; AWS delivers a test message."""
    service, name = arn.split(":")[2], arn.rpartition("/")[2]
    kind: Any = service
    destinations: Any = get_backend(kind)[backend.account_id][backend.region_name]
    if service == "lambda":
        destinations.get_function(arn)  # raises ResourceNotFoundException
    elif name not in (
        destinations.delivery_streams if service == "firehose" else destinations.streams
    ):
        raise InvalidParameterException(f"Could not deliver test message to {arn}: it must exist")


def _describe(self: Any) -> str:
    _checked_type(self)
    name = self._get_param("policyName")
    found = [one for one in _of(self.logs_backend).values() if name in (None, one["policyName"])]
    if name and not found:
        raise ResourceNotFoundException
    return json.dumps({"accountPolicies": [_shown(one) for one in found]})


def _delete(self: Any) -> str:
    _checked_type(self)
    if _of(self.logs_backend).pop(self._get_param("policyName"), None) is None:
        raise ResourceNotFoundException
    return ""


def _shown(policy: dict[str, Any]) -> dict[str, Any]:
    hidden = {"created", "since"} | (
        set() if policy["selectionCriteria"] else {"selectionCriteria"}
    )
    return {key: value for key, value in policy.items() if key not in hidden}
