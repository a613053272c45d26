"""The Check call: completes the inputs and validates them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.account import REGION
from localcloud.provider import defaults, naming, sdk, tags
from localcloud.provider.row import CheckFailure, Row
from localcloud.provider.validation import failures, values_at
from localcloud.provider.values import (
    DEFAULTS,
    UNKNOWN,
    Secret,
    from_struct,
    has_secret,
    has_unknown,
    is_unknown,
    redact_secrets,
    unwrap_secrets,
    without_marks,
)

if TYPE_CHECKING:
    from localcloud.provider.connections import Connection


def check(
    row: Row, request: Any, connection: Connection, *, live: bool
) -> tuple[dict[str, Any], list[CheckFailure]]:
    """Return the inputs of a CheckRequest with a name and `tagsAll`, and the failures."""
    marked = {key: value for key, value in from_struct(request.news).items() if value is not None}
    marked.pop(DEFAULTS, None)
    marked = _with_text(row, marked)
    found: list[CheckFailure] = []
    if live:
        found += _unsupported(row, unwrap_secrets(marked))
        found += _in_another_region(row, unwrap_secrets(marked), connection)
    if row.name is not None:
        failure = _name(row, request, marked)
        if failure is not None:
            found.append(failure)
    filled = defaults.filled(row, unwrap_secrets(marked))
    if filled:
        marked |= filled
        marked[DEFAULTS] = sorted({*marked.get(DEFAULTS, ()), *filled})
    if "tagsAll" in sdk.declared(row.type).outputs:
        all_tags = tags.merge(connection.default_tags, marked.get("tags"))
        marked["tagsAll"] = connection.without_ignored(all_tags)
    known = {failure.property for failure in found}
    secret = {key: Secret(marked[key]) for key in row.secret if key in marked}
    plain = redact_secrets({**marked, **secret})
    found += [failure for failure in failures(row, plain) if failure.property not in known]
    return defaults.with_blocks(row, marked), found


def _with_text(row: Row, inputs: dict[str, Any]) -> dict[str, Any]:
    """Return *inputs* with documents, and numbers and booleans in maps of text, as text."""
    kinds = sdk.declared(row.type).inputs
    return {
        key: _text(value)
        if kinds.get(key) == ["map", "string"]
        else _document(value)
        if kinds.get(key) == "document"
        else value
        for key, value in inputs.items()
    }


def _document(value: Any) -> Any:
    plain = without_marks(unwrap_secrets(value))
    if not isinstance(plain, dict):
        return value
    text = UNKNOWN if has_unknown(plain) else sdk.document(plain)
    return Secret(text) if has_secret(value) else text


def _text(value: Any) -> Any:
    if isinstance(value, Secret):
        return Secret(_text(value.value))
    if isinstance(value, dict):
        return {key: _text(item) for key, item in value.items()}
    return sdk.convert("string", value) if isinstance(value, bool | int | float) else value


def _unsupported(row: Row, inputs: dict[str, Any]) -> list[CheckFailure]:
    """Return a failure for each input that the local cloud does not implement."""
    reason = "is not supported by the local cloud: leave it out of the stack `local`"
    newer = inputs.keys() & sdk.declared(row.type).inputs.keys() - row.inputs.keys()
    found = [CheckFailure(key, reason) for key in sorted(newer)]  # of the program's own SDK
    for path in sorted(row.unsupported):
        *block, key = path.split(".")
        found += [
            CheckFailure(f"{where}.{key}".removeprefix("."), reason)
            for where, value in values_at(inputs, block, "")
            if isinstance(value, dict) and value.get(key)
        ]
    for path, supported in row.supported_values.items():
        found += [
            CheckFailure(where, f"{reason}: it has {', '.join(map(str, supported))}")
            for where, value in values_at(inputs, path.split("."), "")
            if value not in (None, "", *supported) and not is_unknown(value)
        ]
    if row.check_local is not None:
        known = {key: value for key, value in inputs.items() if not has_unknown(value)}
        found += row.check_local(known)
    return found


def _in_another_region(
    row: Row, inputs: dict[str, Any], connection: Connection
) -> list[CheckFailure]:
    region = inputs.get("region") or connection.region
    if not row.served_in_one_region or region == REGION:
        return []
    name = row.type.rpartition(":")[2]
    reason = f"is {region}: the local cloud serves {name} in {REGION} only: set aws:region to it"
    return [CheckFailure("region", reason)]


def _name(row: Row, request: Any, inputs: dict[str, Any]) -> CheckFailure | None:
    """Generate a name if the program does not set one."""
    autonaming = None
    if request.HasField("autonaming"):
        wanted = request.autonaming
        autonaming = naming.Autonaming(int(wanted.mode), wanted.proposed_name)
    logical_name = request.name or request.urn.rsplit("::", 1)[-1]
    olds = unwrap_secrets(from_struct(request.olds))
    plain = unwrap_secrets(inputs)
    assert row.name is not None  # noqa: S101 - checked by the caller
    options = naming.NameRequest(logical_name, request.randomSeed, autonaming)
    failure = naming.autoname(row.name, plain, olds, options)
    for key in (row.name.property, DEFAULTS):
        if key in plain and key not in inputs:
            inputs[key] = plain[key]
    return failure
