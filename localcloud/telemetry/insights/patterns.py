"""Regular expressions and globs of a query."""

from __future__ import annotations

import re
import warnings

from localcloud.telemetry.insights.errors import MalformedQueryError

_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z])")


def regex(text: str, start: int, end: int) -> re.Pattern[str]:
    """Compile a regular expression with groups `(?<name>...)`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(_NAMED_GROUP.sub("(?P<", text))
    except (re.error, OverflowError, RecursionError) as error:
        raise MalformedQueryError(f"invalid regular expression: {error}", start, end) from None


def glob(text: str) -> re.Pattern[str]:
    """Compile a pattern in which `*` stands for any text that is a field."""
    parts = text.split("*")
    pattern = "(.*?)".join(re.escape(part) for part in parts)
    if len(parts) > 1 and not parts[-1]:
        pattern = pattern.removesuffix("(.*?)") + "(.*)"
    return re.compile(pattern, re.DOTALL)
