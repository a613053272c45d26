"""Elastic Load Balancing: targets as separate resources."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from localcloud.provider.row import REPLACE, Input, Limit, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def target(context: Context) -> dict[str, Any]:
    """Return the target with AWS's names."""
    port = context.get("port")
    return {"Id": context.get("targetId"), **({"Port": port} if port else {})}


def register(context: Context) -> str:
    """Register the target."""
    group = context.inputs["targetGroupArn"]
    found = target(context)
    context.call("RegisterTargets", TargetGroupArn=group, Targets=[found])
    return f"{group}-{zlib.crc32(str(found).encode())}"


def read(context: Context) -> Properties | None:
    """Return the target, None if it is not registered."""
    found = target(context)
    answer = context.call("DescribeTargetHealth", TargetGroupArn=context.get("targetGroupArn"))
    for one in answer["TargetHealthDescriptions"]:
        known = one["Target"]
        state = (one.get("TargetHealth") or {}).get("State")
        if found.items() <= known.items() and state not in ("draining", "unused"):
            keys = ("targetGroupArn", "targetId", "port")
            return {key: context.get(key) for key in keys}
    return None


def deregister(context: Context) -> None:
    """Deregister the target."""
    group = context.get("targetGroupArn")
    context.call("DeregisterTargets", TargetGroupArn=group, Targets=[target(context)])


def from_id(id_: str) -> Properties:
    """Split the ID of an import: `group,target,port`."""
    group, name, *port = id_.split(",")
    found: dict[str, Any] = {"Id": name, **({"Port": int(port[0])} if port else {})}
    place = {"targetGroupArn": group, "targetId": name}
    number = zlib.crc32(str(found).encode())
    return {**place, **({"port": int(port[0])} if port else {}), "id": f"{group}-{number}"}


ROWS = (
    Row(
        type="aws:lb/targetGroupAttachment:TargetGroupAttachment",
        service="elbv2",
        inputs={
            **each(REPLACE, "region targetGroupArn targetId"),
            "port": Input(REPLACE, limit=Limit(1, 65_535)),
            "availabilityZone": Input(REPLACE, supported=False),
            "quicServerId": Input(REPLACE, supported=False),
        },
        create=register,
        read=read,
        delete=deregister,
        from_id=from_id,
    ),
)
