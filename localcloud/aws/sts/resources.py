"""The provider's functions: caller identity, region, and policy documents."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

BALANCER_ACCOUNTS = {"eu-west-1": "156460612806", "us-east-1": "127311923021"}
"""Accounts that write load balancer logs, by region; other regions use that of eu-west-1."""

VERSION = "2012-10-17"


def caller(context: Context) -> Properties:
    """Return the account."""
    account = context.account
    arn = f"arn:{context.partition}:iam::{account}:user/local"
    return {"id": account, "accountId": account, "arn": arn, "userId": "local"}


def region(context: Context) -> Properties:
    """Return the provider's region."""
    name = context.inputs.get("region") or context.inputs.get("name") or context.region
    return {
        "id": name,
        "name": name,
        "region": name,
        "description": name,
        "endpoint": f"ec2.{name}.amazonaws.com",
    }


def partition(context: Context) -> Properties:
    """Return the partition."""
    return {
        "id": context.partition,
        "partition": context.partition,
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


def zones(context: Context) -> Properties:
    """Return the zones of the region."""
    inputs = context.inputs
    wanted: dict[str, Any] = {}
    if inputs.get("filters"):
        wanted["Filters"] = [
            {"Name": item["name"], "Values": item["values"]} for item in inputs["filters"]
        ]
    answer = context.call("DescribeAvailabilityZones", "ec2", **wanted)
    skipped = {*(inputs.get("excludeNames") or ()), *(inputs.get("excludeZoneIds") or ())}
    found = [
        zone
        for zone in sorted(answer["AvailabilityZones"], key=lambda zone: zone["ZoneName"])
        if not skipped & {zone["ZoneName"], zone["ZoneId"]}
        and inputs.get("state") in (None, zone["State"])
    ]
    return {
        "id": context.region,
        "region": context.region,
        "names": [zone["ZoneName"] for zone in found],
        "zoneIds": [zone["ZoneId"] for zone in found],
        "groupNames": sorted({zone.get("GroupName") or context.region for zone in found}),
        **{key: inputs[key] for key in ("filters", "state", "excludeNames") if key in inputs},
    }


def policy_document(context: Context) -> Properties:
    """Return a policy document as JSON, merged from statements and source documents."""
    inputs = context.inputs
    statements: dict[str, Any] = {}

    def add(found: list[dict[str, Any]]) -> None:
        for statement in found:
            statements[statement.get("Sid") or f"#{len(statements)}"] = statement

    for document in inputs.get("sourcePolicyDocuments") or ():
        add(_listed(json.loads(document).get("Statement", [])))
    add([_statement(item) for item in inputs.get("statements") or ()])
    for document in inputs.get("overridePolicyDocuments") or ():
        add(_listed(json.loads(document).get("Statement", [])))
    head = {"Version": inputs.get("version") or VERSION}
    if inputs.get("policyId"):
        head["Id"] = inputs["policyId"]
    found = {**head, "Statement": list(statements.values())}
    return {
        "id": str(zlib.crc32(json.dumps(found).encode())),
        "json": json.dumps(found, indent=2),
        "minifiedJson": json.dumps(found, separators=(",", ":")),
        **{key: value for key, value in inputs.items() if key != "region"},
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _one_or_all(values: list[Any]) -> Any:
    """Unwrap a single value, as the real provider does in policies."""
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _statement(item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"Sid": item["sid"]} if item.get("sid") else {}
    found["Effect"] = item.get("effect") or "Allow"
    for key, member in (
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
    ):
        if item.get(key):
            found[member] = _one_or_all(item[key])
    for key, member in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if item.get(key):
            found[member] = _principals(item[key])
    conditions: dict[str, dict[str, Any]] = {}
    for condition in item.get("conditions") or ():
        test = conditions.setdefault(condition["test"], {})
        test[condition["variable"]] = _one_or_all(condition["values"])
    return {**found, **({"Condition": conditions} if conditions else {})}


def _principals(items: list[dict[str, Any]]) -> Any:
    if any(item["type"] == "*" for item in items):
        return "*"
    return {item["type"]: _one_or_all(item["identifiers"]) for item in items}


def balancer_account(context: Context) -> Properties:
    """Return the account from which AWS writes load balancer logs."""
    account = BALANCER_ACCOUNTS.get(context.region, BALANCER_ACCOUNTS["eu-west-1"])
    arn = f"arn:{context.partition}:iam::{account}:root"
    return {"id": account, "arn": arn, "region": context.region}


INVOKES = {
    "aws:index/getCallerIdentity:getCallerIdentity": caller,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getPartition:getPartition": partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": zones,
    "aws:iam/getPolicyDocument:getPolicyDocument": policy_document,
    "aws:elb/getServiceAccount:getServiceAccount": balancer_account,
}
