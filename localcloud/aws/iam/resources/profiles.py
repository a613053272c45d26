"""IAM: instance profiles, OpenID Connect providers and service-linked roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.iam.resources.policies import NAME
from localcloud.aws.iam.resources.users import PATH
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def create_profile(context: Context) -> str:
    """Create the instance profile with its role."""
    op = Op(name="CreateInstanceProfile", only="name path", rename={"name": "InstanceProfileName"})
    context.id = context.call_with_inputs(op)["InstanceProfile"]["InstanceProfileName"]
    add_role(context)
    return context.id


def add_role(context: Context) -> None:
    """Add the role to the instance profile, which has at most one."""
    if role := context.inputs.get("role"):
        name = {"InstanceProfileName": context.id}
        context.call("AddRoleToInstanceProfile", **name, RoleName=role)


def remove_role(context: Context) -> None:
    """Remove the role from the instance profile."""
    if role := context.olds.get("role"):
        name = {"InstanceProfileName": context.id}
        context.delete_if_exists("RemoveRoleFromInstanceProfile", **name, RoleName=role)


def change_profile(context: Context) -> None:
    """Replace the role."""
    remove_role(context)
    add_role(context)


def read_profile(context: Context) -> Properties:
    """Return the instance profile with the name of its role."""
    found = context.call("GetInstanceProfile", InstanceProfileName=context.id)["InstanceProfile"]
    roles = [role["RoleName"] for role in found["Roles"]]
    return {**found, "role": roles[0] if roles else None}


def delete_profile(context: Context) -> None:
    """Delete the instance profile."""
    remove_role(context)
    context.call("DeleteInstanceProfile", InstanceProfileName=context.id)


def change_provider(context: Context) -> None:
    """Change the audiences and the thumbprints."""
    arn = {"OpenIDConnectProviderArn": context.id}
    wanted, old = (
        set(source.get("clientIdLists") or ()) for source in (context.inputs, context.olds)
    )
    for operation, clients in (("Remove", old - wanted), ("Add", wanted - old)):
        preposition = "From" if operation == "Remove" else "To"
        for client in sorted(clients):
            name = f"{operation}ClientID{preposition}OpenIDConnectProvider"
            context.call(name, **arn, ClientID=client)
    if "thumbprintLists" in context.changed and "thumbprintLists" in context.inputs:
        thumbprints = context.inputs["thumbprintLists"]
        context.call("UpdateOpenIDConnectProviderThumbprint", **arn, ThumbprintList=thumbprints)


def read_provider(context: Context) -> Properties:
    """Return the identity provider."""
    found = context.call("GetOpenIDConnectProvider", OpenIDConnectProviderArn=context.id)
    return {
        **found,
        "arn": context.id,
        "clientIdLists": found["ClientIDList"],
        "thumbprintLists": found["ThumbprintList"],
    }


def plain_url(url: str, _: Properties) -> str:
    """Return the URL of an identity provider without its scheme, as IAM keeps it."""
    return url.removeprefix("https://")


def delete_linked_role(context: Context) -> None:
    """Delete the role; IAM refuses while its service uses it, which is not emulated."""
    context.call("DeleteServiceLinkedRole", RoleName=context.id.rsplit("/", 1)[-1])


def read_linked_role(context: Context) -> Properties:
    """Return the role of a service."""
    name = context.id.rsplit("/", 1)[-1]
    role = context.call("GetRole", RoleName=name)["Role"]
    service = role["Path"].strip("/").rsplit("/", 1)[-1]
    _, _, suffix = name.removeprefix("AWSServiceRoleFor").partition("_")
    stated = context.get("customSuffix")
    return {
        **role,
        "awsServiceName": service,
        "customSuffix": suffix if stated or context.importing else None,
    }


ROWS = (
    Row(
        type="aws:iam/instanceProfile:InstanceProfile",
        service="iam",
        inputs={
            **each(UPDATE, "role tags"),
            "name": Input(REPLACE, limit=Limit(max_length=128, pattern=NAME)),
            "namePrefix": Input(REPLACE),
            "path": Input(REPLACE, default="/", limit=PATH),
        },
        name=Naming(max_length=128),
        create=create_profile,
        read=read_profile,
        update=change_profile,
        delete=delete_profile,
        outputs={"arn": "Arn", "name": "InstanceProfileName", "uniqueId": "InstanceProfileId"},
        tags=Tagging(
            tag="TagInstanceProfile",
            untag="UntagInstanceProfile",
            keys={"InstanceProfileName": "id"},
        ),
    ),
    Row(
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        service="iam",
        inputs={
            **each(UPDATE, "tags"),
            "clientIdLists": Input(UPDATE, unordered=True),
            "thumbprintLists": Input(UPDATE),
            "url": Input(REPLACE, canonical=plain_url, limit=Limit(max_length=255)),
        },
        create=Op(
            name="CreateOpenIDConnectProvider",
            rename={"clientIdLists": "ClientIDList", "thumbprintLists": "ThumbprintList"},
        ),
        id="OpenIDConnectProviderArn",
        read=read_provider,
        update=change_provider,
        delete=Op(name="DeleteOpenIDConnectProvider", keys={"OpenIDConnectProviderArn": "id"}),
        tags=Tagging(
            tag="TagOpenIDConnectProvider",
            untag="UntagOpenIDConnectProvider",
            keys={"OpenIDConnectProviderArn": "id"},
        ),
    ),
    Row(
        type="aws:iam/serviceLinkedRole:ServiceLinkedRole",
        service="iam",
        inputs={
            **each(REPLACE, "customSuffix"),
            "awsServiceName": Input(REPLACE, limit=Limit(pattern=r"[\w.-]+\.amazonaws\.com")),
            "description": Input(UPDATE, limit=Limit(max_length=1000)),
            "tags": Input(UPDATE),
        },
        create=Op(name="CreateServiceLinkedRole", rename={"awsServiceName": "AWSServiceName"}),
        id="Role.Arn",
        read=read_linked_role,
        update=lambda context: context.call(
            "UpdateRole",
            RoleName=context.id.rsplit("/", 1)[-1],
            Description=context.inputs.get("description", ""),
        ),
        delete=delete_linked_role,
        outputs={"arn": "Arn", "name": "RoleName", "uniqueId": "RoleId"},
        tags=Tagging(tag="TagRole", untag="UntagRole", keys={"RoleName": "name"}),
    ),
)
