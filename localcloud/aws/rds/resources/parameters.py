"""RDS: cluster parameter groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.rds.resources.clusters import TAGS
from localcloud.aws.rds.resources.instances import DESCRIPTION, described
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

PARAMETERS_PER_CALL = 20
"""Maximum of parameters in one call."""


def parameters(blocks: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return parameters with AWS's names."""
    return [
        {
            "ParameterName": block["name"],
            "ParameterValue": str(block["value"]),
            "ApplyMethod": block.get("applyMethod", "immediate"),
        }
        for block in blocks
    ]


def create_group(context: Context) -> str:
    """Create a parameter group and set its parameters."""
    op = Op(
        name="CreateDBClusterParameterGroup",
        only="name family",
        rename={"name": "DBClusterParameterGroupName", "family": "DBParameterGroupFamily"},
        extra=lambda context: described(context, "Description"),
    )
    context.id = context.call_with_inputs(op)["DBClusterParameterGroup"][
        "DBClusterParameterGroupName"
    ]
    set_parameters(context, context.inputs.get("parameters") or [])
    return context.id


def set_parameters(context: Context, blocks: list[dict[str, Any]]) -> None:
    """Set parameters, in chunks of RDS's maximum."""
    wanted = parameters(blocks)
    for start in range(0, len(wanted), PARAMETERS_PER_CALL):
        context.call(
            "ModifyDBClusterParameterGroup",
            DBClusterParameterGroupName=context.id,
            Parameters=wanted[start : start + PARAMETERS_PER_CALL],
        )


def change_group(context: Context) -> None:
    """Set the parameters that differ, and reset the dropped ones."""
    old, new = (
        {block["name"]: block for block in source.get("parameters") or []}
        for source in (context.olds, context.inputs)
    )
    set_parameters(context, [block for name, block in new.items() if old.get(name) != block])
    dropped = parameters([block for name, block in old.items() if name not in new])
    for start in range(0, len(dropped), PARAMETERS_PER_CALL):
        some = [
            {key: parameter[key] for key in ("ParameterName", "ApplyMethod")}
            for parameter in dropped[start : start + PARAMETERS_PER_CALL]
        ]
        context.call(
            "ResetDBClusterParameterGroup",
            DBClusterParameterGroupName=context.id,
            Parameters=some,
        )


def read_group(context: Context) -> Properties | None:
    """Return the group, with parameters in the program's form if they are equal."""
    found = context.call(
        "DescribeDBClusterParameterGroups", DBClusterParameterGroupName=context.id
    )["DBClusterParameterGroups"]
    if not found:
        return None
    now = {
        parameter["ParameterName"]: parameter
        for parameter in context.call(
            "DescribeDBClusterParameters", DBClusterParameterGroupName=context.id, Source="user"
        )["Parameters"]
    }
    written = context.get("parameters")
    same = {p["ParameterName"]: p["ParameterValue"] for p in parameters(written or [])} == {
        name: parameter.get("ParameterValue") for name, parameter in now.items()
    }
    read = [
        {
            "name": name,
            "value": parameter.get("ParameterValue", ""),
            "applyMethod": parameter.get("ApplyMethod", "immediate"),
        }
        for name, parameter in sorted(now.items())
    ]
    blocks = written if written is not None and same else read
    return {**found[0], "parameters": blocks}


CLUSTER_PARAMETER_GROUP = Row(
    type="aws:rds/clusterParameterGroup:ClusterParameterGroup",
    service="rds",
    inputs={
        **each(REPLACE, "namePrefix region"),
        "description": Input(REPLACE, default=DESCRIPTION),
        "tags": Input(UPDATE),
        "parameters.applyMethod": Input(
            UPDATE, default="immediate", limit=Limit(one_of=("immediate", "pending-reboot"))
        ),
        "parameters": Input(UPDATE, unordered=True),
        "name": Input(REPLACE, limit=Limit(max_length=255, pattern="[a-z](-?[a-z0-9])*")),
        "family": Input(REPLACE, limit=Limit(pattern=r"[a-z][a-z-]*[0-9.]+")),
    },
    name=Naming(lower=True),
    create=create_group,
    read=read_group,
    update=change_group,
    delete=Op(name="DeleteDBClusterParameterGroup", keys={"DBClusterParameterGroupName": "id"}),
    tags=TAGS,
    outputs={
        "arn": "DBClusterParameterGroupArn",
        "family": "DBParameterGroupFamily",
        "name": "DBClusterParameterGroupName",
        "parameters": "parameters",
    },
)

ROWS = (CLUSTER_PARAMETER_GROUP,)
