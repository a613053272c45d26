"""Rules of DynamoDB's expressions, and of the conditional parameters that came before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Refusal = tuple[str, str] | None
_PLACEHOLDERS = {"ExpressionAttributeNames": "#", "ExpressionAttributeValues": ":"}
_NOT_SERVED = {
    "DeleteItem": ("Expected", "ConditionalOperator"),
    "GetItem": (),
    "PutItem": ("ConditionalOperator",),
    "Query": ("QueryFilter", "ConditionalOperator"),
    "Scan": ("ConditionalOperator",),
    "UpdateItem": ("ConditionalOperator",),
}
"""Legacy parameters that are not supported here, by operation."""


def rules() -> dict[tuple[str, str], Callable[[dict[str, Any]], Refusal]]:
    """Return the rules by service and operation."""
    of_one = {("dynamodb", name): _rule(name) for name in _NOT_SERVED}
    return {**of_one, ("dynamodb", "TransactWriteItems"): _transaction}


def _rule(operation: str) -> Callable[[dict[str, Any]], Refusal]:
    def rule(parameters: dict[str, Any]) -> Refusal:
        for name in _NOT_SERVED[operation]:
            if parameters.get(name):
                return "NotImplemented", (
                    f"the local cloud does not support {name}, a legacy parameter of {operation}:"
                    " use an expression"
                )
        return _unused(parameters)

    return rule


def _transaction(parameters: dict[str, Any]) -> Refusal:
    actions = (one for item in parameters["TransactItems"] for one in item.values())
    return next((found for one in actions if (found := _unused(one))), None)


def _unused(parameters: dict[str, Any]) -> Refusal:
    for member, sign in _PLACEHOLDERS.items():
        given = parameters.get(member)
        if not given:
            continue
        text = " ".join(str(v) for name, v in parameters.items() if name.endswith("Expression"))
        if not text:
            return "ValidationException", f"{member} can only be specified when using expressions"
        unused = sorted(set(given) - set(re.findall(rf"{sign}[A-Za-z0-9_]+", text)))
        if unused:
            return "ValidationException", (
                f"Value provided in {member} unused in expressions: keys: {{{', '.join(unused)}}}"
            )
    return None
