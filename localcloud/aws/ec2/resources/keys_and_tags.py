"""EC2: key pairs, and single tags of resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.ec2.resources.vpcs import by_id
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def split(id_: str) -> Properties:
    """Split the ID of a tag: `vpc-1,Name`."""
    resource, _, key = id_.partition(",")
    return {"resourceId": resource, "key": key}


def set_tag(context: Context) -> str:
    """Set the tag."""
    resource, key = context.get("resourceId"), context.get("key")
    tag = {"Key": key, "Value": context.inputs["value"]}
    context.call("CreateTags", Resources=[resource], Tags=[tag])
    return f"{resource},{key}"


def read_tag(context: Context) -> Properties | None:
    """Return the tag, None if the resource does not have it."""
    place = split(context.id)
    look = {"resource-id": place["resourceId"], "key": place["key"]}
    found = context.call("DescribeTags", Filters=by_id(look))["Tags"]
    return {**place, "value": found[0]["Value"]} if found else None


def remove_tag(context: Context) -> None:
    """Remove the tag."""
    place = split(context.id)
    context.call("DeleteTags", Resources=[place["resourceId"]], Tags=[{"Key": place["key"]}])


KEY_PAIR = Row(
    type="aws:ec2/keyPair:KeyPair",
    service="ec2",
    inputs={
        **each(REPLACE, "keyNamePrefix region"),
        "publicKey": Input(REPLACE, canonical=lambda value, _: " ".join(str(value).split()[:2])),
        "keyName": Input(REPLACE, limit=Limit(max_length=255)),
        "tags": Input(UPDATE),
    },
    name=Naming(property="keyName", prefix_property="keyNamePrefix", max_length=255),
    create=Op(name="ImportKeyPair", rename={"publicKey": "PublicKeyMaterial"}),
    id="=keyName",
    read=Op(
        name="DescribeKeyPairs",
        keys={"KeyNames": "id"},
        fixed={"IncludePublicKey": True},
        result="KeyPairs[0]",
    ),
    delete=Op(name="DeleteKeyPair", keys={"KeyName": "id"}),
    outputs={"fingerprint": "KeyFingerprint", "publicKey": ""},
    tags=Tagging(tag="CreateTags", untag="DeleteTags", keys={"Resources": "keyPairId"}),
    arn="arn:{partition}:ec2:{region}:{account}:key-pair/{id}",
)

TAG = Row(
    type="aws:ec2/tag:Tag",
    service="ec2",
    inputs={**each(REPLACE, "key region resourceId"), "value": Input(UPDATE)},
    create=set_tag,
    read=read_tag,
    update=set_tag,
    delete=remove_tag,
    from_id=split,
)

ROWS = (KEY_PAIR, TAG)
