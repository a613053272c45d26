"""Tags: the provider's default ones, a resource's own ones, and how they are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes
from localcloud.provider.cloud import AwsError
from localcloud.provider.values import UNKNOWN, Secret, has_secret, is_unknown, revealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.context import Context
    from localcloud.provider.row import Tagging

MEMBERS = ("Tags", "tags", "TagSet", "TagList", "UserPoolTags", "ResourceTagSet")


def merged(defaults: Any, own: Any) -> Any:
    """Return `tagsAll`: the defaults and over them the resource's own tags.

    It is unknown where one of the two is, and secret where one of them is secret.
    """
    secret = has_secret(defaults) or has_secret(own)
    defaults, own = revealed(defaults) or {}, revealed(own) or {}
    if is_unknown(defaults) or is_unknown(own):
        return Secret(UNKNOWN) if secret else UNKNOWN
    both = {**defaults, **own}
    return Secret(both) if secret else both


def own_tags(
    read: Mapping[str, str], defaults: Mapping[str, str], recorded: Mapping[str, str]
) -> dict[str, str]:
    """Return, of the tags which AWS answered, those that are not there by default."""
    return {
        key: value for key, value in read.items() if key in recorded or defaults.get(key) != value
    }


def as_map(found: Any) -> dict[str, str]:
    """Return tags in any of the forms of AWS as a map, without those that AWS sets itself."""
    if isinstance(found, list):
        found = {
            str(item.get("Key") or item.get("key") or item.get("TagKey")): str(
                item.get("Value") or item.get("value") or item.get("TagValue") or ""
            )
            for item in found
        }
    return {key: value for key, value in (found or {}).items() if not key.startswith("aws:")}


def read(context: Context, tagging: Tagging, found: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the object's tags; None when AWS does not answer them."""
    answer: Any = found
    if tagging.unseen:
        return None
    if tagging.read:
        try:
            keys = _keys(context, tagging.read, tagging)
            answer = context.call(tagging.read, tagging.service, **keys)
        except AwsError as error:
            if context.is_missing(error):  # S3: an object without tags has no set of tags
                return {}
            raise
    if tagging.result:
        return as_map(shapes.found_at(tagging.result, answer))
    member = next((name for name in MEMBERS if name in answer), None)
    if member is not None:
        return as_map(answer[member])
    return {} if tagging.read else None


def change(context: Context, tagging: Tagging, old: Mapping[str, str]) -> None:
    """Make the tags of the object those of the context, given that they were *old*."""
    if tagging.unseen:
        return
    if tagging.put is not None:
        tagging.put(context)
        return
    gone = sorted(set(old) - set(context.tags))
    new = {key: value for key, value in context.tags.items() if old.get(key) != value}
    if gone:
        members = _keys(context, tagging.untag, tagging)
        shape = _members(context, tagging.untag, tagging)
        name = next(key for key in shape if "tag" in key.lower() and key not in members)
        keys: Any = gone
        if shape[name].member.type_name == "structure":
            keys = [{"Key": key} for key in gone]
        context.call(tagging.untag, tagging.service, **members, **{name: keys})
    if new:
        members = _keys(context, tagging.tag, tagging)
        shape = _members(context, tagging.tag, tagging)
        name = next(key for key in shape if "tag" in key.lower() and key not in members)
        wanted = shapes.tag_form(shape[name], new)
        context.call(tagging.tag, tagging.service, **members, **{name: wanted})


def _members(context: Context, operation: str, tagging: Tagging) -> Mapping[str, Any]:
    model = shapes.operation(tagging.service or context.service, operation)
    return shapes.members_of(model.input_shape)


def _keys(context: Context, operation: str, tagging: Tagging) -> dict[str, Any]:
    known = _members(context, operation, tagging)
    return {
        member: shapes.convert(known[member], context.get(key), {}, key)
        for member, key in tagging.keys.items()
        if member in known
    }
