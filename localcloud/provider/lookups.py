"""`lookups.yaml` beside the program's Pulumi.yaml: what the local cloud cannot answer.

It is a list of calls, each with a token, arguments and a result: those of a function, or of an
object that exists (`aws.ec2.Vpc.get`), whose token is its type and whose only argument is its `id`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.provider import sdk, sdk_source
from localcloud.provider.cloud import AwsError
from localcloud.provider.project_files import ProjectFileError, load
from localcloud.provider.validation import kind_failures
from localcloud.provider.values import has_secret, unwrap_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localcloud.provider.row import Context, Invoke

NAME = "lookups.yaml"
KEYS = frozenset({"token", "arguments", "result"})


class LookupFailedError(Exception):
    """Raised by a function that finds no object, or more than one."""


def result(
    token: str, arguments: Mapping[str, Any], context: Context, search: Invoke | None
) -> Mapping[str, Any]:
    """Return what the program's file says that *token* answers, or what *search* finds."""
    plain = {key: value for key, value in unwrap_secrets(arguments).items() if value is not None}
    for entry in read(context.directory):
        if entry["token"] == token and (entry.get("arguments") or {}) == plain:
            return {**plain, **entry["result"]}
    reason = f"the function {token} is not supported by the local cloud: pass its value in"
    if search is not None:
        try:
            return search(context)
        except (LookupFailedError, AwsError) as error:
            if isinstance(error, AwsError) and not context.is_not_found(error):
                raise
            reason = f"{error}: create it in the local cloud"
    shown = {key: "(secret)" if has_secret(arguments[key]) else plain[key] for key in plain}
    raise ProjectFileError(
        f"{reason}, or add this call to {NAME} beside Pulumi.yaml, with the properties that the "
        f"program reads:\n"
        f"- token: {token}\n"
        f"  arguments: {json.dumps(shown)}\n"
        f"  result: {{<property>: <value>}}"
    )


def existing(type_: str, id_: str, directory: Path | None) -> Mapping[str, Any] | None:
    """Return the outputs that the program's file gives for the object *id_*; None without them."""
    call = (type_, {"id": id_})
    return next((entry["result"] for entry in read(directory) if _call(entry) == call), None)


def unknown(type_: str, id_: str) -> ProjectFileError:
    """Return the error for an object that is neither in the program's file nor emulated."""
    return ProjectFileError(
        f"the object {id_} does not exist in the local cloud: add it to {NAME} beside Pulumi.yaml, "
        f"with the properties that the program reads:\n"
        f"- token: {type_}\n"
        f"  arguments: {json.dumps({'id': id_})}\n"
        f"  result: {{<property>: <value>}}"
    )


def read(directory: Path | None) -> list[dict[str, Any]]:
    """Return the calls in the file of the program in *directory*; none without a file."""
    found = load(directory, NAME) or []
    if not isinstance(found, list):
        raise ProjectFileError(f"{NAME} is not a list: begin each call with `- token: <function>`")
    for number, entry in enumerate(found, 1):
        for reason in _problems(entry):
            raise ProjectFileError(f"{NAME}, call {number}: {reason}")
        if any(_call(entry) == _call(other) for other in found[: number - 1]):
            raise ProjectFileError(
                f"{NAME}, call {number}: {entry['token']} is there before with the same arguments: "
                f"remove one"
            )
    return found


def _call(entry: Mapping[str, Any]) -> tuple[str, Any]:
    return entry["token"], entry.get("arguments") or {}


def _is_type(token: str) -> bool:
    """Return whether *token* is a type, as `aws:ec2/vpc:Vpc`, and not a function."""
    return token.rpartition(":")[2][:1].isupper()


def _kinds(token: str) -> Mapping[str, Any]:
    """Return the properties that an entry may have."""
    if _is_type(token):
        return {"id": "string", **sdk.declared(token).outputs}
    return sdk_source.result(token).kinds


def _problems(entry: Any) -> Iterator[str]:
    """Yield what is wrong with one call."""
    if not isinstance(entry, dict) or not isinstance(entry.get("token"), str):
        yield "it has no token: write `token: <function>`"
        return
    for key in sorted(map(str, entry.keys() - KEYS)):
        yield f"{key} is not a key of a call: use {', '.join(sorted(KEYS))}"
    try:
        kinds = _kinds(entry["token"])
    except sdk_source.UnknownTypeError as error:
        yield f"{error}: correct the token"
        return
    if not isinstance(entry.get("result"), dict):
        yield "it has no result: write a map of the properties that the program reads"
    arguments = entry.get("arguments") or {}
    if not isinstance(arguments, dict):
        yield "arguments is not a map: write one of names and values"
        return
    if _is_type(entry["token"]) and arguments.keys() != {"id"}:
        yield "an object is found by its ID: write `arguments: {id: <its ID>}`"
    yield from _wrong_properties(entry, kinds)


def _wrong_properties(entry: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[str]:
    """Yield the arguments and results that the SDK declares otherwise or not at all."""
    for part in ("arguments", "result"):
        for key, value in (entry.get(part) or {}).items():
            if key not in kinds:
                yield (
                    f"{key} in {part} is not a property of {entry['token']}: "
                    f"use one of {', '.join(kinds)}"
                )
            else:
                for failure in kind_failures(kinds[key], value, key):
                    yield f"{failure.property} in {part} {failure.reason}"
