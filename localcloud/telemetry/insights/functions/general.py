"""Functions of any value."""

from __future__ import annotations

from typing import Any

from localcloud.telemetry.insights.functions.function import Function


def _is_present(value: Any) -> bool:
    return value is not None


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


FUNCTIONS = {
    "ispresent": Function(_is_present, null=True),
    "coalesce": Function(_coalesce, most=None, null=True),
}
