"""Requests and responses of AWS operations, from botocore's shapes."""

from __future__ import annotations

import datetime as dt
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import jmespath

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from botocore.model import OperationModel, ServiceModel, Shape

NEVER_SENT = frozenset({"region", "tags", "tagsAll", "namePrefix"})
"""Inputs that are never request members by name; tags have a form of their own."""

SUFFIXES = ("", "name", "id", "arn")
LOCK = threading.Lock()
PAIRS = ({"key", "value"}, {"name", "value"})
EC2_KINDS = {
    "eip": "elastic-ip",
    "natGateway": "natgateway",
    "flowLog": "vpc-flow-log",
    "securityGroupIngressRule": "security-group-rule",
    "securityGroupEgressRule": "security-group-rule",
}
"""EC2's ResourceType in TagSpecifications, where it is not the type's name."""


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's model of *service*."""
    with LOCK:
        return _session().get_service_model(service)


@cache
def operation(service: str, name: str) -> OperationModel:
    """Return botocore's model of the operation *name*."""
    return service_model(service).operation_model(name)


def members_of(shape: Shape | None) -> Mapping[str, Any]:
    """Return the members of a structure; empty for other shapes."""
    return getattr(shape, "members", {}) if shape is not None else {}


def resource_name(type_: str) -> str:
    """Return the resource name in the type token: `queue` of `aws:sqs/queue:Queue`."""
    return type_.split(":")[1].rsplit("/", 1)[-1]


@cache
def matching_member(key: str, members: tuple[str, ...], prefix: str = "") -> str | None:
    """Return the member whose name matches the property *key*, or None."""
    folded = {member.lower(): member for member in members}
    base, prefix = key.lower(), prefix.lower()
    bases = list(_numbers(base))
    for stem in (*bases, *(prefix + item for item in bases)):
        if stem in folded:
            return folded[stem]
    for suffix in SUFFIXES[1:]:
        for stem in bases:
            for candidate in (stem + suffix, stem + suffix + "s"):
                if candidate in folded:
                    return folded[candidate]
    return None


def _numbers(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("s"):
        yield word[:-1]
    elif word.endswith("y"):
        yield word[:-1] + "ies"
    else:
        yield word + "s"


def member_for(
    key: str,
    members: Iterable[str],
    rename: Mapping[str, str],
    *,
    only: str | None = None,
    prefix: str = "",
) -> str | None:
    """Return the request member of the input *key*; None if it is not sent."""
    if key in NEVER_SENT and key not in rename:
        return None
    if only is not None and key not in only.split():
        return None
    if key in rename:
        return rename[key] or None
    return matching_member(key, tuple(members), prefix)


def request(
    members: Mapping[str, Any],
    inputs: Mapping[str, Any],
    rename: Mapping[str, str],
    *,
    only: str | None = None,
    prefix: str = "",
) -> dict[str, Any]:
    """Return the *inputs* as members of a request; `Op` describes *rename* and *only*."""
    wanted: dict[str, Any] = {}
    for key, value in inputs.items():
        member = member_for(key, members, rename, only=only, prefix=prefix)
        if member is not None and member in members:
            wanted[member] = convert(members[member], value, rename, key)
    return wanted


def convert(  # noqa: PLR0911 - one return per kind of shape
    shape: Any, value: Any, rename: Mapping[str, str], path: str
) -> Any:
    """Return *value* converted to *shape*."""
    match shape.type_name:
        case "structure":
            return _structure(shape, value, rename, path)
        case "list":
            if isinstance(value, dict) and is_pairs(shape):
                return pairs(shape, value)
            items = value if isinstance(value, list) else [value]
            return [convert(shape.member, item, rename, path) for item in items]
        case "map":
            return {key: convert(shape.value, item, {}, path) for key, item in value.items()}
        case "string":
            return str(value).lower() if isinstance(value, bool) else str(value)
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
        case "boolean":
            return value.lower() == "true" if isinstance(value, str) else bool(value)
        case "blob":
            return value.encode() if isinstance(value, str) else value
        case _:
            return value


def _structure(shape: Any, value: Any, rename: Mapping[str, str], path: str) -> dict[str, Any]:
    if isinstance(value, list):
        value = value[0] if value else {}
    found = {}
    for key, item in value.items():
        inner = f"{path}.{key}"
        member = rename[inner] if inner in rename else matching_member(key, tuple(shape.members))
        if member and member in shape.members:
            found[member] = convert(shape.members[member], item, rename, inner)
    return found


def is_pairs(shape: Any) -> bool:
    """Return whether *shape* is a list of name-value pairs."""
    names = {member.lower() for member in members_of(shape.member)}
    return names in PAIRS


def pairs(shape: Any, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return a map as a list of name-value pairs."""
    by_name = {member.lower(): member for member in shape.member.members}
    name = by_name.get("key") or by_name["name"]
    return [{name: key, by_name["value"]: str(value)} for key, value in values.items()]


def tag_members(shapes: Mapping[str, Any], tags: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Return the member of a create operation that takes *tags*; {} if there is none."""
    for member in ("Tags", "tags", "TagList", "HostedZoneTags", "UserPoolTags"):
        if member in shapes:
            return {member: tag_form(shapes[member], tags)}
    if "TagSpecifications" in shapes:
        kind = EC2_KINDS.get(prefix) or "".join(
            f"-{letter.lower()}" if letter.isupper() else letter for letter in prefix
        )
        found = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": found}]}
    return {}


def tag_form(shape: Any, tags: Mapping[str, str]) -> Any:
    """Return *tags* as a map or a list of pairs, depending on *shape*."""
    if shape.type_name == "map":
        return dict(tags)
    by_name = {member.lower(): member for member in shape.member.members}
    key = by_name.get("key") or by_name["tagkey"]
    value = by_name.get("value") or by_name["tagvalue"]
    return [{key: name, value: text} for name, text in tags.items()]


def search(expression: str, answer: Any) -> Any:
    """Return the result of the JMESPath *expression* on *answer*; "" is the answer itself."""
    return jmespath.search(expression, answer) if expression else answer


def properties(
    found: Mapping[str, Any], wanted: Iterable[str], named: Mapping[str, str], prefix: str
) -> dict[str, Any]:
    """Return the *wanted* properties of the response *found*; blocks only if *named*."""
    members = tuple(found)
    result: dict[str, Any] = {}
    for key in wanted:
        if key in named:
            value = to_json_types(search(named[key], found)) if named[key] else None
        else:
            member = matching_member(key, members, prefix)
            value = to_json_types(found[member]) if member is not None else None
            if isinstance(value, dict) or _is_blocks(value):
                value = None
        if value is not None:
            result[key] = value
    return result


def _is_blocks(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)


def to_json_types(value: Any) -> Any:
    """Return *value* in JSON types."""
    if isinstance(value, dt.datetime):
        moment = value.astimezone(dt.UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {key: to_json_types(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json_types(item) for item in value]
    return value
