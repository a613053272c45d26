"""IAM: managed policies, inline policies and attachments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.provider.documents import policy_failures
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

NAME = r"[\w+=,.@-]+"
ARN = Limit(min_length=20, max_length=2048, pattern=r"arn:[^:]+:iam::.*")
MAX_VERSIONS = 5
HOLDER = Limit(max_length=128, pattern=NAME)
HOLDERS = ("Role", "User", "Group")


def text(document: Any) -> str:
    """Return a policy document as a string."""
    return document if isinstance(document, str) else json.dumps(document)


def read_policy(context: Context) -> Properties:
    """Return the policy with the document of its default version."""
    found = context.call("GetPolicy", PolicyArn=context.id)["Policy"]
    version = context.call(
        "GetPolicyVersion", PolicyArn=context.id, VersionId=found["DefaultVersionId"]
    )["PolicyVersion"]
    return {**found, "policy": text(version["Document"])}


def versions(context: Context) -> list[str]:
    """Return the versions that are not the default, oldest first."""
    found = context.call("ListPolicyVersions", PolicyArn=context.id)["Versions"]
    others = [one for one in found if not one["IsDefaultVersion"]]
    return [one["VersionId"] for one in sorted(others, key=lambda one: one["CreateDate"])]


def change_policy(context: Context) -> None:
    """Create a new default version, in place of the oldest one where there are five."""
    old = versions(context)
    if len(old) + 1 >= MAX_VERSIONS:
        context.call("DeletePolicyVersion", PolicyArn=context.id, VersionId=old[0])
    document = context.inputs["policy"]
    context.call(
        "CreatePolicyVersion", PolicyArn=context.id, PolicyDocument=document, SetAsDefault=True
    )


def delete_policy(context: Context) -> None:
    """Delete the policy with all its versions."""
    for version in versions(context):
        context.call("DeletePolicyVersion", PolicyArn=context.id, VersionId=version)
    context.call("DeletePolicy", PolicyArn=context.id)


def pair(names: tuple[str, str], separator: str, id_: str) -> Properties:
    """Return the two properties in an id."""
    return dict(zip(names, id_.split(separator, 1), strict=True))


def inline_policy(holder: str) -> Row:
    """Return the row of the inline policies of a role, a user or a group."""
    key, member = holder.lower(), f"{holder}Name"

    def put(context: Context) -> str:
        owner, name = context.inputs[key], context.inputs["name"]
        members = {"PolicyName": name, "PolicyDocument": context.inputs["policy"]}
        context.call(f"Put{holder}Policy", **{member: owner}, **members)
        return f"{owner}:{name}"

    def read(context: Context) -> Properties:
        owner, name = context.id.split(":", 1)
        found = context.call(f"Get{holder}Policy", **{member: owner}, PolicyName=name)
        return {key: owner, "name": name, "policy": text(found["PolicyDocument"])}

    return Row(
        type=f"aws:iam/{key}Policy:{holder}Policy",
        service="iam",
        inputs={
            key: Input(REPLACE, limit=HOLDER),
            "policy": Input(UPDATE),
            "name": Input(REPLACE, limit=HOLDER),
            "namePrefix": Input(REPLACE),
        },
        name=Naming(max_length=128),
        create=put,
        read=read,
        update=put,
        delete=Op(name=f"Delete{holder}Policy", keys={member: key, "PolicyName": "name"}),
        from_id=lambda id_: pair((key, "name"), ":", id_),
        check=lambda inputs: policy_failures(inputs, "policy", principal=False),
    )


def attached(context: Context, holder: str, name: str) -> set[str]:
    """Return the managed policies that are attached to a role, a user or a group."""
    operation = f"list_attached_{holder.lower()}_policies"
    pages = context.client("iam").get_paginator(operation).paginate(**{f"{holder}Name": name})
    return {policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]}


def attachment(holder: str) -> Row:
    """Return the row of an attachment to a role, a user or a group."""
    key, member = holder.lower(), f"{holder}Name"

    def attach(context: Context) -> str:
        owner, arn = context.inputs[key], context.inputs["policyArn"]
        context.call(f"Attach{holder}Policy", **{member: owner}, PolicyArn=arn)
        return f"{owner}/{arn}"

    def read(context: Context) -> Properties | None:
        owner, arn = context.id.split("/", 1)
        found = arn in attached(context, holder, owner)
        return {key: owner, "policyArn": arn} if found else None

    return Row(
        type=f"aws:iam/{key}PolicyAttachment:{holder}PolicyAttachment",
        service="iam",
        inputs={key: Input(REPLACE, limit=HOLDER), "policyArn": Input(REPLACE, limit=ARN)},
        create=attach,
        read=read,
        delete=Op(name=f"Detach{holder}Policy", keys={member: key, "PolicyArn": "policyArn"}),
        from_id=lambda id_: pair((key, "policyArn"), "/", id_),
    )


def exclusive_attachments(holder: str) -> Row:
    """Return the row of all the managed policies of a role, a user or a group."""
    key, member = f"{holder.lower()}Name", f"{holder}Name"

    def put(context: Context) -> str:
        name, wanted = context.inputs[key], set(context.inputs["policyArns"])
        now = attached(context, holder, name)
        for operation, arns in (("Detach", now - wanted), ("Attach", wanted - now)):
            for arn in sorted(arns):
                context.call(f"{operation}{holder}Policy", **{member: name}, PolicyArn=arn)
        return name

    def read(context: Context) -> Properties:
        return {key: context.id, "policyArns": sorted(attached(context, holder, context.id))}

    name = f"{holder}PolicyAttachmentsExclusive"
    return Row(
        type=f"aws:iam/{name[0].lower()}{name[1:]}:{name}",
        service="iam",
        inputs={
            key: Input(REPLACE, limit=HOLDER),
            "policyArns": Input(UPDATE, unordered=True),
        },
        create=put,
        read=read,
        update=put,
        from_id=lambda id_: {key: id_},
    )


def entities(context: Context, arn: str) -> dict[str, set[str]]:
    """Return the names of the roles, users and groups that have the policy *arn*."""
    found: dict[str, set[str]] = {holder: set() for holder in HOLDERS}
    pages = context.client().get_paginator("list_entities_for_policy")
    for page in pages.paginate(PolicyArn=arn):
        for holder in HOLDERS:
            found[holder] |= {one[f"{holder}Name"] for one in page[f"Policy{holder}s"]}
    return found


def attach_to_all(context: Context) -> str:
    """Attach the policy to these roles, users and groups, and to no others."""
    arn = context.inputs["policyArn"]
    attach_only(context, arn, {key: context.inputs.get(f"{key.lower()}s") for key in HOLDERS})
    return context.inputs["name"]


def attach_only(context: Context, arn: str, wanted: Properties) -> None:
    """Attach the policy to the *wanted* names by kind of holder, and to no others."""
    now = entities(context, arn)
    for holder in HOLDERS:
        names = set(wanted.get(holder) or ())
        for operation, some in (("Detach", now[holder] - names), ("Attach", names - now[holder])):
            for name in sorted(some):
                members = {f"{holder}Name": name, "PolicyArn": arn}
                context.call(f"{operation}{holder}Policy", **members)


def read_attached_to_all(context: Context) -> Properties | None:
    """Return where the policy is attached."""
    arn = context.get("policyArn")
    found = {f"{key.lower()}s": sorted(names) for key, names in entities(context, arn).items()}
    stated = {key: names for key, names in found.items() if names or context.get(key)}
    return {"name": context.id, "policyArn": arn, **stated} if any(found.values()) else None


POLICY = Row(
    type="aws:iam/policy:Policy",
    service="iam",
    inputs={
        **each(UPDATE, "policy tags"),
        **each(REPLACE, "namePrefix"),
        "delayAfterPolicyCreationInMs": Input(UPDATE, state_only=True),
        "description": Input(REPLACE, limit=Limit(max_length=1000)),
        "name": Input(REPLACE, limit=Limit(max_length=128, pattern=NAME)),
        "path": Input(REPLACE, default="/"),
    },
    name=Naming(max_length=128),
    create=Op(name="CreatePolicy", rename={"policy": "PolicyDocument"}),
    id="Policy.Arn",
    read=read_policy,
    update=change_policy,
    delete=delete_policy,
    tags=Tagging(tag="TagPolicy", untag="UntagPolicy", keys={"PolicyArn": "id"}),
    outputs={"arn": "Arn", "name": "PolicyName"},
    check=lambda inputs: policy_failures(inputs, "policy", principal=False),
)

POLICY_ATTACHMENT = Row(
    type="aws:iam/policyAttachment:PolicyAttachment",
    service="iam",
    inputs={
        "groups": Input(UPDATE, unordered=True),
        "name": Input(REPLACE),
        "policyArn": Input(REPLACE, limit=ARN),
        "roles": Input(UPDATE, unordered=True),
        "users": Input(UPDATE, unordered=True),
    },
    name=Naming(),
    create=attach_to_all,
    read=read_attached_to_all,
    update=attach_to_all,
    delete=lambda context: attach_only(context, context.get("policyArn"), {}),
    from_id=lambda id_: {**pair(("name", "policyArn"), "/", id_), "id": id_.split("/", 1)[0]},
)

ROWS = (
    POLICY,
    POLICY_ATTACHMENT,
    *map(inline_policy, HOLDERS),
    *map(attachment, HOLDERS),
    *map(exclusive_attachments, HOLDERS),
)
