"""EventBridge: the tasks that a target runs in an ECS cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.row import UPDATE, Input, Limit

if TYPE_CHECKING:
    from localcloud.provider.row import Properties

MEMBERS = {
    "taskDefinitionArn": "TaskDefinitionArn",
    "taskCount": "TaskCount",
    "launchType": "LaunchType",
    "platformVersion": "PlatformVersion",
    "group": "Group",
    "propagateTags": "PropagateTags",
    "enableEcsManagedTags": "EnableECSManagedTags",
    "enableExecuteCommand": "EnableExecuteCommand",
    "capacityProviderStrategies": "CapacityProviderStrategy",
    "placementConstraints": "PlacementConstraints",
    "orderedPlacementStrategies": "PlacementStrategy",
}
"""Property of `ecsTarget` -> member of EcsParameters."""
MAX_COUNT = 10  # tasks of one RunTask

INPUTS = {
    "ecsTarget": Input(UPDATE),
    "ecsTarget.taskCount": Input(UPDATE, default=1, limit=Limit(1, MAX_COUNT)),
}


def members(block: Properties) -> dict[str, Any]:
    """Return *block*, the `ecsTarget` of a target, as members of EcsParameters."""
    found = {
        MEMBERS[key]: block[key] for key in MEMBERS if block.get(key) not in (None, "", [], False)
    }
    if network := block.get("networkConfiguration"):
        inside = {
            "Subnets": list(network["subnets"]),
            "SecurityGroups": list(network.get("securityGroups") or ()),
            "AssignPublicIp": "ENABLED" if network.get("assignPublicIp") else "DISABLED",
        }
        given = {name: value for name, value in inside.items() if value}
        found["NetworkConfiguration"] = {"awsvpcConfiguration": given}
    if tags := block.get("tags"):
        found["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    return found


def properties(found: dict[str, Any] | None) -> Properties | None:
    """Return EcsParameters as the SDK groups them."""
    if not found:
        return None
    block: dict[str, Any] = {
        key: found[member] for key, member in MEMBERS.items() if member in found
    }
    if inside := (found.get("NetworkConfiguration") or {}).get("awsvpcConfiguration"):
        block["networkConfiguration"] = {
            "subnets": inside["Subnets"],
            "securityGroups": inside.get("SecurityGroups") or [],
            "assignPublicIp": inside.get("AssignPublicIp") == "ENABLED",
        }
    if tags := found.get("Tags"):
        block["tags"] = {one["Key"]: one["Value"] for one in tags}
    return block
