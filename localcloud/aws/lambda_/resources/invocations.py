"""Lambda: invocations as resources."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from localcloud.provider.cloud import AwsError
from localcloud.provider.documents import json_failures
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

CRUD = "CRUD"
LATEST = "$LATEST"


def invoke(context: Context, action: str, values: Properties, previous: str | None) -> None:
    """Invoke the function; with the scope CRUD it is told the action and the input before."""
    payload = values["input"]
    if values.get("lifecycleScope") == CRUD:
        told = {"action": action, "prev_input": json.loads(previous) if previous else None}
        payload = json.dumps({**json.loads(payload), values.get("terraformKey", "tf"): told})
    answer = context.call(
        "Invoke",
        FunctionName=values["functionName"],
        Qualifier=values.get("qualifier") or LATEST,
        Payload=payload.encode(),
    )
    result = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise AwsError("Invoke", answer["FunctionError"], result)
    context.outputs["result"] = result
    context.olds = {**context.olds, "result": result}


def create(context: Context) -> str:
    """Invoke the function for the first time."""
    inputs = context.inputs
    invoke(context, "create", inputs, None)
    digest = hashlib.md5(inputs["input"].encode(), usedforsecurity=False).hexdigest()
    return f"{inputs['functionName']}_{inputs.get('qualifier') or LATEST}_{digest}"


def change(context: Context) -> None:
    """Invoke the function again."""
    invoke(context, "update", context.inputs, context.old_inputs.get("input"))


def delete(context: Context) -> None:
    """Invoke the function for the last time, if its scope is CRUD."""
    values = {**context.olds, **context.inputs}
    if values.get("lifecycleScope") == CRUD:
        invoke(context, "delete", values, values["input"])


def replaces(olds: Properties, news: Properties) -> Iterator[str]:
    """Yield what makes a new invocation, unless the scope is CRUD."""
    if news.get("lifecycleScope") != CRUD:
        for key in ("input", "triggers"):
            if olds.get(key) != news.get(key):
                yield key


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is not valid JSON, or no object where the function is told the action."""
    yield from json_failures(inputs, "input")
    try:
        found = json.loads(inputs.get("input") or "{}")
    except (TypeError, ValueError):
        return
    if inputs.get("lifecycleScope") == CRUD and not isinstance(found, dict):
        yield CheckFailure("input", "is no JSON object, which lifecycleScope CRUD requires")


ROWS = (
    Row(
        type="aws:lambda/invocation:Invocation",
        service="lambda",
        inputs={
            **each(REPLACE, "functionName region"),
            "qualifier": Input(REPLACE, default=LATEST),
            **each(UPDATE, "input triggers", state_only=True),
            "lifecycleScope": Input(
                UPDATE,
                default="CREATE_ONLY",
                limit=Limit(one_of=("CREATE_ONLY", CRUD)),
                state_only=True,
            ),
            "terraformKey": Input(UPDATE, default="tf", state_only=True),
            "tenantId": Input(REPLACE, supported=False),
        },
        create=create,
        update=change,
        delete=delete,
        replaces=replaces,
        recomputed="result",
        computed=lambda context, _: {"result": context.get("result")},
        check=check,
    ),
)
