"""Functions of numbers; of anything else their result is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from localcloud.telemetry.insights.functions.function import Function
from localcloud.telemetry.insights.values import number

if TYPE_CHECKING:
    from collections.abc import Callable


def _of_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        numbers = [number(value) for value in values]
        if None in numbers:
            return None
        try:
            return function(*numbers)
        except (ValueError, OverflowError):
            return None

    return call


FUNCTIONS = {
    "abs": Function(_of_numbers(abs)),
    "ceil": Function(_of_numbers(math.ceil)),
    "floor": Function(_of_numbers(math.floor)),
    "greatest": Function(_of_numbers(lambda *numbers: max(numbers)), most=None),
    "least": Function(_of_numbers(lambda *numbers: min(numbers)), most=None),
    "log": Function(_of_numbers(math.log)),
    "sqrt": Function(_of_numbers(math.sqrt)),
}
