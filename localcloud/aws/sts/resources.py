"""The provider's functions: caller identity, region and zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

BALANCER_ACCOUNTS = {"eu-west-1": "156460612806", "us-east-1": "127311923021"}
"""Accounts that write load balancer logs, by region; other regions use that of eu-west-1."""


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
    "aws:elb/getServiceAccount:getServiceAccount": balancer_account,
}
