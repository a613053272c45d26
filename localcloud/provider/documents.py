"""Validates JSON documents and IAM policies in inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localcloud.provider.row import CheckFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.row import Properties


def json_failures(inputs: Properties, *keys: str) -> Iterator[CheckFailure]:
    """Yield a failure for each of the inputs *keys* that is not a JSON object."""
    for key in keys:
        text = inputs.get(key)
        if not isinstance(text, str):
            continue
        try:
            found = json.loads(text)
        except ValueError as error:
            yield CheckFailure(key, f"is not valid JSON ({error}): use json.dumps")
            continue
        if not isinstance(found, dict):
            yield CheckFailure(key, f"is a JSON {type(found).__name__}: use an object")


def policy_failures(inputs: Properties, key: str, *, principal: bool) -> Iterator[CheckFailure]:
    """Yield the failures of a policy; *principal* says whether its statements need a Principal."""
    text = inputs.get(key)
    if not isinstance(text, str):
        return
    failures = list(json_failures(inputs, key))
    yield from failures
    if failures:
        return
    policy = json.loads(text)
    statements = policy.get("Statement")
    if not statements:
        yield CheckFailure(key, "has no Statement: write at least one")
    for statement in statements if isinstance(statements, list) else [statements or {}]:
        if statement and statement.get("Effect") not in ("Allow", "Deny"):
            found = statement.get("Effect")
            yield CheckFailure(key, f"has the Effect {found!r}: write Allow or Deny")
        if statement and not statement.keys() & {"Action", "NotAction"}:
            yield CheckFailure(key, "has a statement without Action: name the actions")
        has = bool(statement.keys() & {"Principal", "NotPrincipal"})
        if statement and has is not principal:
            want = "name a Principal" if principal else "remove it, the holder is the principal"
            yield CheckFailure(
                key, f"has a statement {'with' if has else 'without'} Principal: {want}"
            )
