"""Create, read, update and delete of one object, as its row declares."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING, Any

from localcloud.provider import blocks, defaults, sdk, shapes, tags
from localcloud.provider.equality import restrict_to, same_input
from localcloud.provider.row import UNSET, UPDATE, Mode, Op, Row, names
from localcloud.provider.validation import failures
from localcloud.provider.values import UNKNOWN, without, without_marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.context import Context

EMPTY = (None, [], {})
OF_TAGS = frozenset({"tags", "tagsAll"})


class InitFailedError(Exception):
    """Raised when an object exists but a later step of its create or update failed."""

    def __init__(self, id_: str, outputs: dict[str, Any], cause: Exception) -> None:
        """Keep the outputs known so far of the object *id_*."""
        super().__init__(str(cause))
        self.id = id_
        self.outputs = outputs
        self.inputs: dict[str, Any] = {}
        self.cause = cause


class ResourceNotFoundError(Exception):
    """Raised when a read directly after a create or update does not find the object."""


def preview_outputs(
    row: Row,
    inputs: Mapping[str, Any],
    region: str,
    olds: Mapping[str, Any] | None = None,
    old_inputs: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the outputs of a preview; computed ones are unknown, in an update as in the state.

    Optional inputs that the program does not set may be chosen by AWS: the port of a database.
    """
    declared = sdk.declared(row.type)
    recomputed = names(row.recomputed)
    outputs = dict.fromkeys((declared.computed | recomputed) - OF_TAGS, UNKNOWN)
    dropped = {key for key in old_inputs or {} if not defaults.is_chosen_by_aws(row, key)}
    changing = OF_TAGS | recomputed | dropped
    outputs |= {key: value for key, value in (olds or {}).items() if key not in changing}
    if "region" in declared.outputs:
        outputs["region"] = region
    return outputs | sdk.outputs(row.type, inputs)


def create(row: Row, context: Context) -> dict[str, Any]:
    """Create the object and return its outputs; sets the id in the context."""
    try:
        _create(row, context)
        tags_due = bool(context.tags) and not context.tags_sent
        return _read_when_ready(row, context, {} if tags_due else None)
    except Exception as error:
        if context.id:
            raise InitFailedError(context.id, _base(row, context), error) from error
        raise


def _create(row: Row, context: Context) -> None:
    if row.create is None:
        digest = hashlib.sha256(context.urn.encode()).hexdigest()[:17]
        key = row.id.removeprefix("=") if isinstance(row.id, str) else ""
        context.id = str(context.get(key) or digest) if key else digest
    elif isinstance(row.create, Op):
        answer = context.call_with_inputs(row.create)
        if callable(row.id):
            context.id = row.id(context, answer)
        elif row.id.startswith("="):
            context.id = str(context.inputs[row.id[1:]])
        else:
            context.id = str(shapes.search(row.id, answer))
    else:
        context.id = row.create(context)


def update(row: Row, context: Context) -> dict[str, Any]:
    """Update the object to the context's inputs and return its outputs."""
    try:
        if context.changed - OF_TAGS and row.update is not None:
            wanted = _with_resets(row, context)
            if isinstance(row.update, Op):
                wanted.call_with_inputs(row.update)
            else:
                row.update(wanted)
        tags_due = bool(context.changed & OF_TAGS)
        return _read_when_ready(
            row, context, (context.olds.get("tagsAll") or {}) if tags_due else None
        )
    except Exception as error:
        raise InitFailedError(context.id, dict(context.olds), error) from error


def _with_resets(row: Row, context: Context) -> Context:
    """Return *context* with the reset value of each input that the program dropped."""
    dropped = context.changed - set(context.inputs)
    found = {key: defaults.reset(row.inputs.get(key), context.inputs) for key in dropped}
    resets = {key: value for key, value in found.items() if value is not UNSET}
    return dataclasses.replace(context, inputs={**context.inputs, **resets})


def delete(row: Row, context: Context) -> None:
    """Delete the object; not-found errors are ignored."""
    if row.delete is None:
        return
    try:
        if isinstance(row.delete, Op):
            context.call_with_keys(row.delete)
        else:
            row.delete(context)
    except Exception as error:
        if not context.is_not_found(error):
            raise


def read(row: Row, context: Context) -> dict[str, Any] | None:
    """Return the current outputs of the object; None when it does not exist."""
    context.importing = not context.olds and not context.inputs
    context.refreshing = not context.importing
    if not context.olds and row.from_id is not None:
        context.olds = dict(row.from_id(context.id))
        context.id = context.olds.pop("id", context.id)
    found = read_object(row, context)
    if found is None:
        return None
    return _with_tags(row, context, found, _outputs(row, context, found, dict(context.olds)))


def _read_when_ready(
    row: Row, context: Context, old_tags: Mapping[str, str] | None
) -> dict[str, Any]:
    """Wait until the object is ready, update its tags from *old_tags*, return its outputs."""
    if row.wait_until_ready is not None:
        row.wait_until_ready(context)
    found = read_object(row, context)
    if found is None:
        raise ResourceNotFoundError(
            f"AWS does not find {context.id} directly after it was created or updated"
        )
    outputs = _outputs(row, context, found, _base(row, context))
    if old_tags is not None and row.tags is not None:
        context.outputs = outputs
        tags.update(context, row.tags, old_tags)
        found = read_object(row, context) or found
    return _with_tags(row, context, found, outputs)


def read_object(row: Row, context: Context) -> Mapping[str, Any] | None:
    """Return the object under AWS or SDK names; None when it does not exist."""
    if row.read is None or row.mode is Mode.RECORDED:
        return dict(context.olds) if context.refreshing or context.importing else {}
    try:
        if not isinstance(row.read, Op):
            return row.read(context)
        return shapes.search(row.read.result, context.call_with_keys(row.read))
    except Exception as error:
        if context.is_not_found(error):
            return None
        raise


def _base(row: Row, context: Context) -> dict[str, Any]:
    """Return the inputs as outputs, and the computed outputs of the state."""
    declared = sdk.declared(row.type)
    kept = {
        key: value
        for key, value in context.olds.items()
        if key in declared.computed or defaults.is_chosen_by_aws(row, key)
    }
    return {**kept, **sdk.outputs(row.type, context.inputs)}


def _outputs(
    row: Row, context: Context, found: Mapping[str, Any], base: dict[str, Any]
) -> dict[str, Any]:
    """Return *base* updated with what AWS returned."""
    declared = sdk.declared(row.type)
    prefix = shapes.resource_name(row.type)
    wanted = [key for key in declared.outputs if key not in OF_TAGS]
    values = shapes.properties(found, wanted, row.outputs, prefix)
    unread = {key for key in wanted if key not in values}
    answered = blocks.read(
        row, found, unread if context.importing else unread & set(base) - set(row.outputs)
    )
    for key, value in answered.items():
        kind = declared.outputs[key]
        values[key] = blocks.overlay(kind, base[key], value) if key in base else value
    if row.computed is not None:
        values.update(row.computed(context, found))
    if "region" in declared.outputs:
        values["region"] = context.region
    values = sdk.outputs(row.type, values)
    gone = _gone(row, base, found, values) if context.refreshing else ()
    outputs = {key: value for key, value in base.items() if key not in gone} | {
        key: value
        for key, value in values.items()
        if key not in base or not same_input(row, key, base[key], value, (base, base))
    }
    if "arn" in declared.outputs and row.arn and "arn" not in values:
        places = {"partition": context.partition, "account": context.account, "id": context.id}
        outputs["arn"] = row.arn.format_map({**outputs, **places, "region": context.region})
    return outputs


def _gone(
    row: Row, base: Mapping[str, Any], found: Mapping[str, Any], values: Mapping[str, Any]
) -> set[str]:
    """Return the inputs that can be updated, were set, and that AWS answers no longer."""
    members, prefix = tuple(found), shapes.resource_name(row.type)
    return {
        key
        for key in row.inputs_with(UPDATE) & base.keys() - values.keys()
        if row.outputs.get(key) != ""
        and not (row.inputs[key].state_only or row.inputs[key].write_only)
        and not defaults.is_like_absent(row, key, base[key], base)
        and (
            (member := shapes.matching_member(key, members, prefix)) is None
            or blocks.is_empty(found[member])
        )
    } - OF_TAGS


def _with_tags(
    row: Row, context: Context, found: Mapping[str, Any], outputs: dict[str, Any]
) -> dict[str, Any]:
    if "tagsAll" not in sdk.declared(row.type).outputs:
        return outputs
    context.outputs = outputs
    return {**outputs, **_tags(row, context, found)}


def _tags(row: Row, context: Context, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return `tags` and `tagsAll` as AWS has them, or as sent if AWS does not return tags."""
    recorded = context.inputs.get("tags") or context.olds.get("tags") or {}
    read_now = tags.read(context, row.tags, found) if row.tags is not None else None
    if read_now is None:
        everything = context.tags or context.olds.get("tagsAll") or {}
        return {"tagsAll": dict(everything), **({"tags": dict(recorded)} if recorded else {})}
    read_now = context.without_ignored(read_now)
    own = tags.own_tags(read_now, context.default_tags, recorded)
    return {"tagsAll": read_now, **({"tags": own} if own or recorded else {})}


def inputs_of(
    row: Row, outputs: Mapping[str, Any], old_inputs: Mapping[str, Any], region: str
) -> dict[str, Any]:
    """Return the inputs of an object with *outputs*, for refresh and import.

    A refresh updates only inputs that are in the state; an import takes all that AWS returned.
    """
    declared = sdk.declared(row.type)
    if not old_inputs:
        return _imported(row, outputs, region)
    inputs = dict(old_inputs)
    for key, marked in old_inputs.items():
        if key in outputs and key not in row.local_addresses:
            old = without_marks(marked)
            now = restrict_to(old, outputs[key])
            if not same_input(row, key, old, now, (old_inputs, old_inputs)):
                inputs[key] = now
    for key in row.inputs_with(UPDATE) & inputs.keys() & declared.outputs.keys() - outputs.keys():
        del inputs[key]
    if "tags" not in old_inputs and outputs.get("tags"):
        inputs["tags"] = outputs["tags"]
    return inputs


def _imported(row: Row, outputs: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Return the inputs of an import: what Check accepts of what AWS answered."""
    declared = sdk.declared(row.type)
    answered = {key: outputs[key] for key in declared.inputs if outputs.get(key) not in EMPTY}
    found = {
        key: value
        for key, value in answered.items()
        if defaults.is_chosen_by_aws(row, key)
        or not defaults.is_like_absent(row, key, value, answered)
    }
    if found.get("region") == region:
        del found["region"]
    refused = [failure.property for failure in failures(row, found)]
    for path in (*row.unsupported, *refused):
        found = without(found, re.sub(r"\[\d+\]", "", path).split("."))
    if "tagsAll" in declared.outputs:
        found["tagsAll"] = outputs.get("tagsAll") or {}
    return found
