"""Subnet groups and parameter groups."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends

from localcloud.aws.elasticache.overrides.records import (
    CLUSTER,
    PARAMETERS,
    SUBNETS,
    Record,
    answer,
    asked,
    forget,
    given,
    invalid,
    keep,
    listed,
    plain,
    records,
    refused,
    require_new,
)
from localcloud.aws.elasticache.overrides.records import install as replace

FAMILY = re.compile(r"memcached1\.[456]|redis[2345]\.\d|redis[67](\.x)?|valkey[789]")


def install() -> None:
    """Replace moto's operations, and add those that it lacks."""
    replace(
        create_cache_subnet_group, describe_cache_subnet_groups, modify_cache_subnet_group,
        delete_cache_subnet_group, create_cache_parameter_group, describe_cache_parameter_groups,
        describe_cache_parameters, modify_cache_parameter_group, reset_cache_parameter_group,
        delete_cache_parameter_group,
    )  # fmt: skip


def create_cache_subnet_group(self: Any) -> ActionResult:
    """Create a subnet group."""
    require_new(self, SUBNETS)
    made = keep(
        self,
        SUBNETS,
        {**given(self, "CacheSubnetGroupDescription"), **_subnets(self)},
    )
    return answer(SUBNETS, made)


def _subnets(self: Any) -> Record:
    backend = ec2_backends[self.current_account][self.region]
    found = {one.id: one for one in backend.describe_subnets()}
    wanted = list(self.params["SubnetIds"])
    if unknown := [one for one in wanted if one not in found]:
        raise refused("InvalidSubnet", f"Subnet {unknown[0]} does not exist.")
    networks = {found[one].vpc_id for one in wanted}
    if len(networks) > 1:
        raise refused("InvalidSubnet", "The subnets are in more than one VPC.")
    return {
        "VpcId": networks.pop(),
        "SupportedNetworkTypes": ["ipv4"],
        "Subnets": [
            {
                "SubnetIdentifier": one,
                "SubnetAvailabilityZone": {"Name": found[one].availability_zone},
                "SupportedNetworkTypes": ["ipv4"],
            }
            for one in wanted
        ],
    }


def describe_cache_subnet_groups(self: Any) -> ActionResult:
    """Return subnet groups."""
    return ActionResult({"CacheSubnetGroups": listed(self, SUBNETS)})


def modify_cache_subnet_group(self: Any) -> ActionResult:
    """Change description and subnets."""
    found = asked(self, SUBNETS)
    found |= given(self, "CacheSubnetGroupDescription")
    if self.params.get("SubnetIds"):
        found |= _subnets(self)
    return answer(SUBNETS, found)


def delete_cache_subnet_group(self: Any) -> EmptyResult:
    """Delete a subnet group that no cache uses."""
    found = asked(self, SUBNETS)
    name = found["CacheSubnetGroupName"]
    clusters = records(self.elasticache_backend, CLUSTER).values()
    if any(one.get("CacheSubnetGroupName") == name for one in clusters):
        raise refused("CacheSubnetGroupInUse", f"The subnet group {name} is used by a cluster.")
    forget(self, SUBNETS, found)
    return EmptyResult()


def create_cache_parameter_group(self: Any) -> ActionResult:
    """Create a parameter group."""
    require_new(self, PARAMETERS)
    family = self.params["CacheParameterGroupFamily"]
    if not FAMILY.fullmatch(family):
        raise invalid(f"CacheParameterGroupFamily {family} is not a valid parameter group family.")
    members = given(self, "CacheParameterGroupFamily", "Description")
    made = keep(self, PARAMETERS, {**members, "IsGlobal": False, "Parameters": {}})
    return answer(PARAMETERS, made)


def describe_cache_parameter_groups(self: Any) -> ActionResult:
    """Return parameter groups."""
    return ActionResult({"CacheParameterGroups": listed(self, PARAMETERS)})


def describe_cache_parameters(self: Any) -> ActionResult:
    """Return the parameters of a group that differ from the engine's defaults."""
    found = asked(self, PARAMETERS)
    return ActionResult(
        {
            "Parameters": [
                {
                    "ParameterName": name,
                    "ParameterValue": value,
                    "Source": "user",
                    "IsModifiable": True,
                }
                for name, value in sorted(found["Parameters"].items())
            ]
        }
    )


def modify_cache_parameter_group(self: Any) -> ActionResult:
    """Set parameters."""
    found = asked(self, PARAMETERS)
    _require_unused_cluster_mode(self, found)
    for one in plain(self.params["ParameterNameValues"]):
        found["Parameters"][one["ParameterName"]] = one.get("ParameterValue", "")
    return ActionResult({"CacheParameterGroupName": found["CacheParameterGroupName"]})


def _require_unused_cluster_mode(self: Any, found: Record) -> None:
    names = {one["ParameterName"] for one in plain(self.params["ParameterNameValues"])}
    used = _is_used(self, found)
    if used and "cluster-enabled" in names:
        raise invalid("cluster-enabled of a parameter group that is in use cannot be changed.")


def _is_used(self: Any, found: Record) -> bool:
    clusters = records(self.elasticache_backend, CLUSTER).values()
    name = found["CacheParameterGroupName"]
    used = (one.get("CacheParameterGroup") or {} for one in clusters)
    return any(one.get("CacheParameterGroupName") == name for one in used)


def reset_cache_parameter_group(self: Any) -> ActionResult:
    """Remove parameters that were set."""
    found = asked(self, PARAMETERS)
    if self.params.get("ResetAllParameters"):
        found["Parameters"].clear()
    for one in plain(self.params.get("ParameterNameValues") or []):
        found["Parameters"].pop(one["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": found["CacheParameterGroupName"]})


def delete_cache_parameter_group(self: Any) -> EmptyResult:
    """Delete a parameter group that no cache uses."""
    found = asked(self, PARAMETERS)
    if _is_used(self, found):
        name = found["CacheParameterGroupName"]
        text = f"The parameter group {name} is used by a cluster."
        raise refused("InvalidCacheParameterGroupState", text)
    forget(self, PARAMETERS, found)
    return EmptyResult()
