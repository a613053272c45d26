"""ElastiCache: subnet groups and parameter groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TAGS = Tagging(
    tag="AddTagsToResource",
    untag="RemoveTagsFromResource",
    read="ListTagsForResource",
    keys={"ResourceName": "arn"},
)
"""Tagging of every ElastiCache resource."""

DESCRIPTION = "Managed by Pulumi"
PARAMETERS_PER_CALL = 20
NAME = Limit(max_length=255, pattern="[a-z](-?[a-z0-9])*")
SUBNETS_KEY = {"CacheSubnetGroupName": "id"}
DESCRIBED = {"description": "CacheSubnetGroupDescription"}

SUBNET_GROUP = Row(
    type="aws:elasticache/subnetGroup:SubnetGroup",
    service="elasticache",
    inputs={
        "description": Input(UPDATE, default=DESCRIPTION),
        "name": Input(REPLACE, limit=NAME),
        "region": Input(REPLACE),
        "subnetIds": Input(UPDATE, unordered=True),
        "tags": Input(UPDATE),
    },
    name=Naming(lower=True),
    create=Op(name="CreateCacheSubnetGroup", rename={"name": "CacheSubnetGroupName", **DESCRIBED}),
    id="CacheSubnetGroup.CacheSubnetGroupName",
    read=Op(name="DescribeCacheSubnetGroups", keys=SUBNETS_KEY, result="CacheSubnetGroups[0]"),
    update=Op(
        name="ModifyCacheSubnetGroup",
        keys=SUBNETS_KEY,
        only="description subnetIds",
        rename=DESCRIBED,
    ),
    delete=Op(name="DeleteCacheSubnetGroup", keys=SUBNETS_KEY),
    tags=TAGS,
    outputs={
        "arn": "ARN",
        "description": "CacheSubnetGroupDescription",
        "name": "CacheSubnetGroupName",
        "subnetIds": "Subnets[].SubnetIdentifier",
        "vpcId": "VpcId",
    },
)


def values(blocks: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return parameters with AWS's names."""
    return [{"ParameterName": one["name"], "ParameterValue": str(one["value"])} for one in blocks]


def send(context: Context, operation: str, wanted: list[dict[str, str]]) -> None:
    """Set or reset parameters, as many in one call as ElastiCache takes."""
    for start in range(0, len(wanted), PARAMETERS_PER_CALL):
        some = wanted[start : start + PARAMETERS_PER_CALL]
        context.call(operation, CacheParameterGroupName=context.id, ParameterNameValues=some)


def create_parameters(context: Context) -> str:
    """Create the group and set its parameters."""
    op = Op(
        name="CreateCacheParameterGroup",
        only="name family description tags",
        rename={"name": "CacheParameterGroupName", "family": "CacheParameterGroupFamily"},
    )
    found = context.call_with_inputs(op)["CacheParameterGroup"]
    context.id = found["CacheParameterGroupName"]
    send(context, "ModifyCacheParameterGroup", values(context.inputs.get("parameters") or []))
    return context.id


def read_parameters(context: Context) -> Properties | None:
    """Return the group, and the parameters that are set."""
    name = {"CacheParameterGroupName": context.id}
    found = context.call("DescribeCacheParameterGroups", **name)["CacheParameterGroups"]
    if not found:
        return None
    now = context.call("DescribeCacheParameters", **name, Source="user")["Parameters"]
    return {
        **found[0],
        "parameters": [
            {"name": one["ParameterName"], "value": one.get("ParameterValue", "")} for one in now
        ],
    }


def change_parameters(context: Context) -> None:
    """Set what differs, and reset what was dropped."""
    old, new = (
        {block["name"]: block for block in source.get("parameters") or []}
        for source in (context.olds, context.inputs)
    )
    differing = [block for key, block in new.items() if old.get(key) != block]
    send(context, "ModifyCacheParameterGroup", values(differing))
    dropped = values([block for key, block in old.items() if key not in new])
    send(context, "ResetCacheParameterGroup", dropped)


PARAMETER_GROUP = Row(
    type="aws:elasticache/parameterGroup:ParameterGroup",
    service="elasticache",
    inputs={
        "description": Input(REPLACE, default=DESCRIPTION),
        "family": Input(REPLACE, limit=Limit(pattern=r"[a-z]+[0-9.x]+")),
        "name": Input(REPLACE, limit=NAME),
        "parameters": Input(UPDATE, unordered=True),
        "region": Input(REPLACE),
        "tags": Input(UPDATE),
    },
    name=Naming(lower=True),
    create=create_parameters,
    read=read_parameters,
    update=change_parameters,
    delete=Op(name="DeleteCacheParameterGroup", keys={"CacheParameterGroupName": "id"}),
    tags=TAGS,
    outputs={
        "arn": "ARN",
        "family": "CacheParameterGroupFamily",
        "name": "CacheParameterGroupName",
        "parameters": "parameters",
    },
)

ROWS = (SUBNET_GROUP, PARAMETER_GROUP)
