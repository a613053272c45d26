"""Route 53: the function that looks up a hosted zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.route53.resources.zones import ZONE
from localcloud.provider.lookups import LookupFailedError
from localcloud.provider.row_lookups import read

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke, Properties


def zone(context: Context) -> Properties:
    """Return the one zone that fits the arguments."""
    inputs = context.inputs
    pages = context.client("route53").get_paginator("list_hosted_zones").paginate()
    zones = {one["Id"].rpartition("/")[2]: one for page in pages for one in page["HostedZones"]}
    name = str(inputs.get("name") or "").rstrip(".")
    private = bool(inputs.get("privateZone") or inputs.get("vpcId"))
    wanted = inputs.get("tags") or {}
    found = []
    for id_, one in zones.items():
        if inputs.get("zoneId"):
            fits = id_ == inputs["zoneId"]
        else:
            same_kind = bool(one["Config"].get("PrivateZone")) is private
            fits = same_kind and (not name or one["Name"].rstrip(".") == name)
        if fits:
            outputs = read(ZONE, context, id_)
            vpcs = {network["vpcId"] for network in outputs.get("vpcs") or ()}
            in_vpc = not inputs.get("vpcId") or inputs["vpcId"] in vpcs
            if in_vpc and wanted.items() <= (outputs.get("tagsAll") or {}).items():
                found.append((one, outputs))
    if not found:
        raise LookupFailedError("no matching Route 53 Hosted Zone found")
    if len(found) > 1:
        raise LookupFailedError(
            "multiple Route 53 Hosted Zones matched: use additional constraints to reduce matches "
            "to a single Route 53 Hosted Zone"
        )
    [(one, outputs)] = found
    keys = ("arn", "comment", "name", "nameServers", "primaryNameServer", "zoneId")
    return {
        **inputs,
        **{key: outputs.get(key) for key in keys},
        "callerReference": one["CallerReference"],
        "enableAcceleratedRecovery": False,
        "id": outputs["id"],
        "linkedServiceDescription": "",
        "linkedServicePrincipal": "",
        "privateZone": bool(one["Config"].get("PrivateZone")),
        "resourceRecordSetCount": one["ResourceRecordSetCount"],
        "tags": outputs.get("tagsAll") or {},
    }


LOOKUPS: dict[str, Invoke] = {"aws:route53/getZone:getZone": zone}
