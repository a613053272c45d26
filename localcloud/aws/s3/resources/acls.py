"""S3: access control lists of buckets and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.s3.resources.settings import version_2
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

GROUPS = "http://acs.amazonaws.com/groups/"
OWNER = ("", "FULL_CONTROL")
CANNED = {
    "private": (OWNER,),
    "public-read": (OWNER, ("global/AllUsers", "READ")),
    "public-read-write": (OWNER, ("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")),
    "authenticated-read": (OWNER, ("global/AuthenticatedUsers", "READ")),
    "log-delivery-write": (OWNER, ("s3/LogDelivery", "READ_ACP"), ("s3/LogDelivery", "WRITE")),
}
"""The canned ACLs that grants tell apart -> groups (the owner is none) and permissions."""
OBJECT_ACLS = (
    *(name for name in CANNED if name != "log-delivery-write"),
    "bucket-owner-full-control",
    "bucket-owner-read",
    "aws-exec-read",
)


def canned(answer: Mapping[str, Any], stated: str | None) -> str | None:
    """Return the canned ACL of the grants in *answer*; *stated* where it has the same grants."""
    found = sorted(
        (str(grant["Grantee"].get("URI", "")).removeprefix(GROUPS), grant["Permission"])
        for grant in answer["Grants"]
    )
    if stated is not None and found == sorted(CANNED.get(stated, (OWNER,))):
        return stated
    return next((name for name, grants in CANNED.items() if sorted(grants) == found), None)


def put_acl(context: Context) -> str:
    """Set the ACL: a canned one, or an owner with grants."""
    inputs = context.inputs
    policy = inputs.get("accessControlPolicy")
    acl = {"ACL": inputs["acl"]} if inputs.get("acl") else {}
    if policy and not acl:
        acl = {"AccessControlPolicy": _policy(policy)}
    context.call("PutBucketAcl", Bucket=inputs["bucket"], **acl)
    return inputs["bucket"]


def _policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    owner = {"ID": policy["owner"]["id"]}
    if policy["owner"].get("displayName"):
        owner["DisplayName"] = policy["owner"]["displayName"]
    return {"Owner": owner, "Grants": [_grant(grant) for grant in policy.get("grants") or ()]}


def _grant(grant: Mapping[str, Any]) -> dict[str, Any]:
    names = {"id": "ID", "uri": "URI"}
    grantee = {
        names.get(key, key[0].upper() + key[1:]): value
        for key, value in (grant.get("grantee") or {}).items()
    }
    return {"Grantee": grantee, "Permission": grant["permission"]}


def read_acl(context: Context) -> Properties:
    """Return the ACL, as canned one where it is."""
    found = context.call("GetBucketAcl", Bucket=context.id)
    for holder in (found["Owner"], *(grant["Grantee"] for grant in found["Grants"])):
        holder.pop("DisplayName", None)  # which AWS does not answer any longer
    acl = canned(found, context.get("acl"))
    policy = {} if context.importing and acl else {"AccessControlPolicy": found}
    return {"bucket": context.id, "acl": acl, **policy}


def check_acl(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield a failure unless one of the two forms is set."""
    if "acl" in inputs and "accessControlPolicy" in inputs:
        yield CheckFailure("acl", "conflicts with accessControlPolicy: set one of them")
    if not inputs.keys() & {"acl", "accessControlPolicy"}:
        yield CheckFailure("acl", "is not set: set it, or accessControlPolicy")


ACL = Row(
    type="aws:s3/bucketAcl:BucketAcl",
    service="s3",
    inputs={
        **each(REPLACE, "bucket expectedBucketOwner region"),
        "acl": Input(UPDATE, limit=Limit(one_of=tuple(CANNED))),
        "accessControlPolicy": Input(UPDATE),
    },
    create=put_acl,
    read=read_acl,
    update=put_acl,
    check=check_acl,
)

ROWS = (ACL, version_2(ACL))
