"""Functions of JSON."""

from __future__ import annotations

import json
from typing import Any

from localcloud.telemetry.insights.functions.function import Function
from localcloud.telemetry.insights.values import text


def parse_json(value: Any) -> Any:
    """Return the object or list in the text *value*; None if it is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _stringify(value: Any) -> str | None:
    return json.dumps(value) if isinstance(value, str) else text(value)


FUNCTIONS = {"jsonParse": Function(parse_json), "jsonStringify": Function(_stringify)}
