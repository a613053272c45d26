"""Schedules of rules: which expressions EventBridge accepts."""

from __future__ import annotations

import re

from scheduling.expressions import At, ExpressionError, parse

RATE = re.compile(r"rate\((\d+) (\w+)\)")


def problem(expression: str | None) -> str | None:
    """Return why EventBridge refuses the schedule of a rule; None if it accepts it."""
    if not expression:
        return None
    try:
        found = parse(expression)
    except ExpressionError as error:
        return str(error)
    if isinstance(found, At):
        return "a rule has no at(): use a schedule of EventBridge Scheduler"
    rate = RATE.fullmatch(expression)
    if rate and (rate[1] == "1") == rate[2].endswith("s"):
        return f"{expression!r}: write rate(1 {rate[2].rstrip('s')}), and the plural above 1"
    return None
