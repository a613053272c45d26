"""Which log groups an account-level subscription filter policy leaves out."""

from __future__ import annotations

import json
import re
from typing import Any, cast

EXPRESSION = re.compile(r"\s*LogGroupName\s+NOT\s+IN\s*(\[.*\])\s*", re.DOTALL)
LARGEST_BYTES = 25 * 1024


class SelectionError(ValueError):
    """Raised for selection criteria that CloudWatch Logs does not accept."""


def excluded_groups(criteria: str) -> frozenset[str]:
    """Return the log groups in `LogGroupName NOT IN [...]`; none for an empty text."""
    if not criteria.strip():
        return frozenset()
    found = EXPRESSION.fullmatch(criteria)
    names: Any = None
    if found:
        try:
            names = json.loads(found[1])
        except ValueError:
            names = None
    if not isinstance(names, list) or not all(
        isinstance(name, str) for name in cast("list[Any]", names)
    ):
        raise SelectionError(
            f'{criteria!r} is not a selection: write LogGroupName NOT IN ["<name>", ...]'
        )
    if len(criteria.encode()) > LARGEST_BYTES:
        raise SelectionError(f"the selection has more than {LARGEST_BYTES} bytes: name fewer")
    return frozenset(cast("list[str]", names))
