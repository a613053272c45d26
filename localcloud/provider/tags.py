"""Tags: the provider's default tags, a resource's own tags, and updates of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes
from localcloud.provider.cloud import AwsError
from localcloud.provider.values import UNKNOWN, Secret, has_secret, is_unknown, unwrap_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.context import Context
    from localcloud.provider.row import Tagging

MEMBERS = ("Tags", "tags", "TagSet", "TagList", "UserPoolTags", "ResourceTagSet")


def merge(defaults: Any, own: Any) -> Any:
    """Return `tagsAll`: the default tags, overridden by the resource's own tags.

    It is unknown where one of the two is, and secret where one of them is secret.
    """
    secret = has_secret(defaults) or has_secret(own)
    defaults, own = unwrap_secrets(defaults) or {}, unwrap_secrets(own) or {}
    if is_unknown(defaults) or is_unknown(own):
        return Secret(UNKNOWN) if secret else UNKNOWN
    both = {**defaults, **own}
    return Secret(both) if secret else both


def own_tags(
    read: Mapping[str, str], defaults: Mapping[str, str], recorded: Mapping[str, str]
) -> dict[str, str]:
    """Return the tags read from AWS that are not default tags."""
    return {
        key: value for key, value in read.items() if key in recorded or defaults.get(key) != value
    }


def as_map(found: Any) -> dict[str, str]:
    """Return tags in any of AWS's forms as a map, without `aws:` tags."""
    if isinstance(found, list):
        found = {
            str(item.get("Key") or item.get("key") or item.get("TagKey")): str(
                item.get("Value") or item.get("value") or item.get("TagValue") or ""
            )
            for item in found
        }
    return {key: value for key, value in (found or {}).items() if not key.startswith("aws:")}


def read(context: Context, tagging: Tagging, found: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the object's tags; None when AWS does not return them."""
    answer: Any = found
    if tagging.not_stored:
        return None
    if tagging.read:
        try:
            keys = _keys(context, tagging.read, tagging)
            answer = context.call(tagging.read, tagging.service, **keys)
        except AwsError as error:
            if context.is_not_found(error):  # S3: a bucket without tags has no tag set
                return {}
            raise
    if tagging.result:
        return as_map(shapes.search(tagging.result, answer))
    member = next((name for name in MEMBERS if name in answer), None)
    if member is not None:
        return as_map(answer[member])
    return {} if tagging.read else None


def update(context: Context, tagging: Tagging, old: Mapping[str, str]) -> None:
    """Update the object's tags from *old* to those of the context."""
    if tagging.not_stored:
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
