"""RDS: parameter groups of clusters and of instances, and option groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.rds.engines import FAMILY
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


def group_row(type_: str, kind: str, **inputs: Input) -> Row:
    """Return the row of the parameter groups that AWS calls *kind*: `DBParameterGroup`."""
    name = f"{kind}Name"

    def create(context: Context) -> str:
        op = Op(
            name=f"Create{kind}",
            only="name family",
            rename={"name": name, "family": "DBParameterGroupFamily"},
            extra=lambda context: described(context, "Description"),
        )
        context.id = context.call_with_inputs(op)[kind][name]
        put(context, f"Modify{kind}", parameters(context.inputs.get("parameters") or []))
        return context.id

    def put(context: Context, operation: str, wanted: list[dict[str, str]]) -> None:
        for start in range(0, len(wanted), PARAMETERS_PER_CALL):
            some = wanted[start : start + PARAMETERS_PER_CALL]
            context.call(operation, **{name: context.id}, Parameters=some)

    def change(context: Context) -> None:
        old, new = (
            {block["name"]: block for block in source.get("parameters") or []}
            for source in (context.olds, context.inputs)
        )
        differing = [block for key, block in new.items() if old.get(key) != block]
        put(context, f"Modify{kind}", parameters(differing))
        dropped = parameters([block for key, block in old.items() if key not in new])
        for parameter in dropped:
            del parameter["ParameterValue"]
        put(context, f"Reset{kind}", dropped)

    def read(context: Context) -> Properties | None:
        found = context.call(f"Describe{kind}s", **{name: context.id})[f"{kind}s"]
        if not found:
            return None
        operation = f"Describe{kind.removesuffix('Group')}s"
        now = context.call(operation, **{name: context.id}, Source="user")["Parameters"]
        return {**found[0], "parameters": as_written(context.get("parameters"), now)}

    def delete(context: Context) -> None:
        if not context.get("skipDestroy"):
            context.call(f"Delete{kind}", **{name: context.id})

    return Row(
        type=type_,
        service="rds",
        inputs={**GROUP_INPUTS, **inputs},
        name=Naming(lower=True),
        create=create,
        read=read,
        update=change,
        delete=delete,
        tags=TAGS,
        outputs={
            "arn": f"{kind}Arn",
            "family": "DBParameterGroupFamily",
            "name": name,
            "parameters": "parameters",
        },
    )


def as_written(
    written: list[dict[str, Any]] | None, now: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the parameters of AWS, in the program's form if they are equal."""
    values = {one["ParameterName"]: one.get("ParameterValue") for one in now}
    stated = {one["ParameterName"]: one["ParameterValue"] for one in parameters(written or [])}
    if written is not None and stated == values:
        return written
    return [
        {
            "name": one["ParameterName"],
            "value": one.get("ParameterValue", ""),
            "applyMethod": one.get("ApplyMethod", "immediate"),
        }
        for one in sorted(now, key=lambda one: one["ParameterName"])
    ]


NAME = Input(REPLACE, limit=Limit(max_length=255, pattern="[a-z](-?[a-z0-9])*"))
GROUP_INPUTS = {
    **each(REPLACE, "namePrefix region"),
    "description": Input(REPLACE, default=DESCRIPTION),
    "tags": Input(UPDATE),
    "parameters.applyMethod": Input(
        UPDATE, default="immediate", limit=Limit(one_of=("immediate", "pending-reboot"))
    ),
    "parameters": Input(UPDATE, unordered=True),
    "name": NAME,
    "family": Input(REPLACE, limit=Limit(pattern=FAMILY.pattern)),
}
SKIP_DESTROY = Input(UPDATE, state_only=True)

ROWS = (
    group_row("aws:rds/clusterParameterGroup:ClusterParameterGroup", "DBClusterParameterGroup"),
    group_row(
        "aws:rds/parameterGroup:ParameterGroup", "DBParameterGroup", skipDestroy=SKIP_DESTROY
    ),
)
