"""RDS: option groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.rds.resources.clusters import TAGS
from localcloud.aws.rds.resources.instances import DESCRIPTION
from localcloud.aws.rds.resources.parameters import NAME, SKIP_DESTROY
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Naming, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

MEMBERS = {
    "optionName": "OptionName",
    "optionSettings": "OptionSettings",
    "port": "Port",
    "version": "OptionVersion",
    "vpcSecurityGroupMemberships": "VpcSecurityGroupMemberships",
}
"""Property of an option -> member."""


def create_group(context: Context) -> str:
    """Create the group, and then its options: RDS takes them in another call."""
    op = Op(
        name="CreateOptionGroup",
        rename={"name": "OptionGroupName"},
        only="engineName majorEngineVersion name optionGroupDescription",
    )
    context.id = context.call_with_inputs(op)["OptionGroup"]["OptionGroupName"]
    change_options(context)
    return context.id


def change_options(context: Context) -> None:
    """Add and change the options that differ, and remove those that the program dropped."""
    old, new = (
        {option["optionName"]: option for option in source.get("options") or []}
        for source in (context.olds, context.inputs)
    )
    included = [
        sent(option)
        for name, option in new.items()
        if canonical(old.get(name)) != canonical(option)
    ]
    members: dict[str, Any] = {
        "OptionsToInclude": included,
        "OptionsToRemove": [name for name in old if name not in new],
    }
    if any(members.values()):
        context.call(
            "ModifyOptionGroup",
            OptionGroupName=context.id,
            ApplyImmediately=True,
            **{member: value for member, value in members.items() if value},
        )


def sent(option: Properties) -> dict[str, Any]:
    """Return *option* with AWS's names."""
    found: dict[str, Any] = {
        member: option[key] for key, member in MEMBERS.items() if option.get(key)
    }
    if "OptionSettings" in found:
        found["OptionSettings"] = [
            {"Name": setting["name"], "Value": str(setting["value"])}
            for setting in found["OptionSettings"]
        ]
    return found


def canonical(option: Any, _: Properties | None = None) -> Any:
    """Return an option, or a list of them, without the order of settings and security groups."""
    if isinstance(option, list):
        return sorted((canonical(one) for one in option), key=lambda one: str(one["OptionName"]))
    if not isinstance(option, dict):
        return option
    found = sent(option)
    for member in ("OptionSettings", "VpcSecurityGroupMemberships"):
        found[member] = sorted(found.get(member, []), key=str)
    return found


def options_of(_: Context, found: Properties) -> Properties:
    """Return the options with the names of the SDK."""
    options = [
        {
            **{key: one[member] for key, member in MEMBERS.items() if one.get(member)},
            "optionSettings": [
                {"name": setting["Name"], "value": setting["Value"]}
                for setting in one.get("OptionSettings", [])
            ],
            "vpcSecurityGroupMemberships": [
                group["VpcSecurityGroupId"] for group in one.get("VpcSecurityGroupMemberships", [])
            ],
        }
        for one in found.get("Options", [])
    ]
    return {"options": [{key: value for key, value in one.items() if value} for one in options]}


def check_options(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield a failure for options of PostgreSQL, which has none."""
    if inputs.get("engineName") == "postgres" and inputs.get("options"):
        yield CheckFailure("options", "is set, but PostgreSQL has no options: remove it")


def delete_options(context: Context) -> None:
    """Delete the option group unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        context.call("DeleteOptionGroup", OptionGroupName=context.id)


OPTION_GROUP = Row(
    type="aws:rds/optionGroup:OptionGroup",
    service="rds",
    inputs={
        **each(REPLACE, "engineName majorEngineVersion namePrefix region"),
        "name": NAME,
        "optionGroupDescription": Input(REPLACE, default=DESCRIPTION),
        "options": Input(UPDATE, canonical=canonical),
        "options.dbSecurityGroupMemberships": Input(UPDATE, supported=False),  # EC2-Classic
        "skipDestroy": SKIP_DESTROY,
        "tags": Input(UPDATE),
    },
    name=Naming(lower=True),
    create=create_group,
    check_operations=("CreateOptionGroup",),
    read=Op(
        name="DescribeOptionGroups", keys={"OptionGroupName": "id"}, result="OptionGroupsList[0]"
    ),
    update=change_options,
    delete=delete_options,
    tags=TAGS,
    outputs={"arn": "OptionGroupArn", "name": "OptionGroupName"},
    computed=options_of,
    check=check_options,
)

ROWS = (OPTION_GROUP,)
