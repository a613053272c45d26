"""Lambda: provisioned concurrency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

KEYS = {"FunctionName": "functionName", "Qualifier": "qualifier"}


def from_id(id_: str) -> Properties:
    """Split the ID of an import: `function,alias`."""
    function, _, qualifier = id_.partition(",")
    return {"functionName": function, "qualifier": qualifier}


def delete(context: Context) -> None:
    """Delete the configuration unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        context.call_with_keys(Op(name="DeleteProvisionedConcurrencyConfig", keys=KEYS))


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what Lambda provisions no concurrency for."""
    if inputs.get("qualifier") == "$LATEST":
        yield CheckFailure("qualifier", "is $LATEST: name a version or an alias")


ROWS = (
    Row(
        type="aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        service="lambda",
        inputs={
            **each(REPLACE, "functionName qualifier region"),
            **each(UPDATE, "skipDestroy", state_only=True),
            "provisionedConcurrentExecutions": Input(UPDATE, limit=Limit(1)),
        },
        create=Op(name="PutProvisionedConcurrencyConfig"),
        id=lambda context, _: f"{context.inputs['functionName']},{context.inputs['qualifier']}",
        from_id=from_id,
        read=Op(name="GetProvisionedConcurrencyConfig", keys=KEYS),
        outputs={
            "provisionedConcurrentExecutions": "RequestedProvisionedConcurrentExecutions",
        },
        update=Op(name="PutProvisionedConcurrencyConfig"),
        delete=delete,
        not_found_codes="ProvisionedConcurrencyConfigNotFoundException",
        check=check,
    ),
)
