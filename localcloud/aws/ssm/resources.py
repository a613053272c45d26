"""Systems Manager: parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.lookups import LookupFailedError
from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Row,
    Tagging,
    each,
)
from localcloud.provider.values import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke, Properties

SECURE = "SecureString"
VALUES = ("value", "insecureValue", "valueWo")
MEMBERS = {
    "allowedPattern": "AllowedPattern",
    "dataType": "DataType",
    "description": "Description",
    "keyId": "KeyId",
    "name": "Name",
    "tier": "Tier",
    "type": "Type",
}


def put(context: Context, *, overwrite: bool) -> None:
    """Create the parameter, or a new version of it."""
    inputs = context.inputs
    wanted = {member: inputs[key] for key, member in MEMBERS.items() if key in inputs}
    stated = next((inputs[key] for key in VALUES if key in inputs), None)
    if stated is None:  # an update after which the value stays
        stated = parameter(context, inputs["name"])["Value"]
    if overwrite:
        wanted.setdefault("Description", "")
        wanted.setdefault("AllowedPattern", "")
    context.call("PutParameter", **wanted, Value=stated, Overwrite=overwrite)


def create(context: Context) -> str:
    """Create the parameter; with `overwrite`, replace one that exists."""
    put(context, overwrite=bool(context.inputs.get("overwrite")))
    context.id = context.inputs["name"]
    return context.id


def change(context: Context) -> None:
    """Create a new version of the parameter."""
    put(context, overwrite=True)


def parameter(context: Context, name: str) -> dict[str, Any]:
    """Return the parameter *name* with its value in clear."""
    return context.call("GetParameter", "ssm", Name=name, WithDecryption=True)["Parameter"]


def read(context: Context) -> Properties:
    """Return the parameter with its value under the name that the program uses."""
    found = parameter(context, context.id)
    filters = [{"Key": "Name", "Option": "Equals", "Values": [context.id]}]
    described = context.call("DescribeParameters", ParameterFilters=filters)["Parameters"]
    answer = {**(described[0] if described else {}), **found, "Tags": tags(context)}
    value, answer["version"] = answer.pop("Value"), answer.pop("Version")
    written = context.get("valueWo") is not None or context.get("hasValueWo") is True
    answer["hasValueWo"] = written
    if not written:
        answer["insecureValue" if context.get("insecureValue") is not None else "value"] = value
    return answer


def tags(context: Context) -> list[dict[str, str]]:
    """Return the tags of the parameter."""
    place = {"ResourceType": "Parameter", "ResourceId": context.id}
    return context.call("ListTagsForResource", **place)["TagList"]


def put_tags(context: Context) -> None:
    """Set all tags of the parameter."""
    place = {"ResourceType": "Parameter", "ResourceId": context.id}
    gone = [tag["Key"] for tag in tags(context) if tag["Key"] not in context.tags]
    if gone:
        context.call("RemoveTagsFromResource", **place, TagKeys=gone)
    if context.tags:
        wanted = [{"Key": key, "Value": value} for key, value in context.tags.items()]
        context.call("AddTagsToResource", **place, Tags=wanted)


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of the constraints across the inputs of a parameter."""
    stated = [key for key in VALUES if key in inputs]
    for key in stated[1:]:
        yield CheckFailure(key, f"conflicts with {stated[0]}: set one of them")
    if inputs.get("type") == SECURE and "insecureValue" in inputs:
        yield CheckFailure("insecureValue", f"is plain text, but type is {SECURE}: set value")
    if "keyId" in inputs and inputs.get("type") in ("String", "StringList"):
        yield CheckFailure("keyId", f"requires the type {SECURE}: set it, or remove the key")


PARAMETER = Row(
    type="aws:ssm/parameter:Parameter",
    service="ssm",
    inputs={
        **each(UPDATE, "allowedPattern description keyId tags"),
        **each(UPDATE, "insecureValue", write_only=True),  # an import takes it for `value`
        **each(UPDATE, "overwrite valueWoVersion", state_only=True),
        "region": Input(REPLACE),
        "arn": Input(IGNORED),  # deprecated; AWS makes it
        "dataType": Input(
            REPLACE, limit=Limit(one_of=("text", "aws:ec2:image", "aws:ssm:integration"))
        ),
        "description": Input(UPDATE, limit=Limit(max_length=1024)),
        "name": Input(REPLACE, limit=Limit(max_length=2048, pattern=r"[a-zA-Z0-9_.\-/]+")),
        "tier": Input(UPDATE, limit=Limit(one_of=("Standard", "Advanced", "Intelligent-Tiering"))),
        "type": Input(UPDATE, limit=Limit(one_of=("String", "StringList", SECURE))),
        "value": Input(UPDATE, secret=True, limit=Limit(min_length=1, max_length=8192)),
        "valueWo": Input(IGNORED, secret=True),
    },
    name=Naming(max_length=1011),
    create=create,
    read=read,
    update=change,
    delete=lambda context: context.call("DeleteParameter", Name=context.id),
    tags=Tagging(put=put_tags),
    outputs={"arn": "ARN"},
    recomputed="version",
    check=check,
)


def get_parameter(context: Context) -> Properties:
    """Return a parameter; its value is secret."""
    name = context.inputs["name"]
    found = parameter(context, name)
    decrypted = context.inputs.get("withDecryption", True)
    if not decrypted:
        found = context.call("GetParameter", "ssm", Name=name)["Parameter"]
    insecure = {"insecureValue": found["Value"]} if found["Type"] != SECURE else {}
    return {
        **insecure,
        "arn": found["ARN"],
        "id": name,
        "name": name,
        "region": context.region,
        "type": found["Type"],
        "value": Secret(found["Value"]),
        "version": found["Version"],
        "withDecryption": decrypted,
    }


def get_parameters(context: Context) -> Properties:
    """Return the parameters below a path; their values are secret."""
    inputs = context.inputs
    pages = (
        context.client("ssm")
        .get_paginator("get_parameters_by_path")
        .paginate(
            Path=inputs["path"],
            Recursive=bool(inputs.get("recursive")),
            WithDecryption=inputs.get("withDecryption", True),
        )
    )
    found = [one for page in pages for one in page["Parameters"]]
    if not found:
        raise LookupFailedError(f"no parameter below {inputs['path']}")
    return {
        "arns": [one["ARN"] for one in found],
        "id": inputs["path"],
        "names": [one["Name"] for one in found],
        "path": inputs["path"],
        "recursive": bool(inputs.get("recursive")),
        "region": context.region,
        "types": [one["Type"] for one in found],
        "values": Secret([one["Value"] for one in found]),
        "withDecryption": inputs.get("withDecryption", True),
    }


LOOKUPS: dict[str, Invoke] = {
    "aws:ssm/getParameter:getParameter": get_parameter,
    "aws:ssm/getParametersByPath:getParametersByPath": get_parameters,
}
ROWS = (PARAMETER,)
