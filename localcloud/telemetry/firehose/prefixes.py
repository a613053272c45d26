"""Prefixes of objects, with the expressions of Firehose."""

from __future__ import annotations

import re
import secrets
import string
from datetime import UTC, datetime

EXPRESSION = re.compile(r"!\{(\w+):([^}]*)\}")
DEFAULT_FORMAT = "yyyy/MM/dd/HH/"
_PATTERN = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']")
_FORMATS = {
    "yyyy": "%Y",
    "yy": "%y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
    "DDD": "%j",
}
_RANDOM_LENGTH = 11
_RANDOM_CHARACTERS = string.ascii_letters + string.digits


class PrefixError(ValueError):
    """Raised for a prefix that Firehose does not accept, or that is not served here."""


def check(prefix: str, *, errors: bool) -> None:
    """Raise PrefixError unless *prefix* can be evaluated; *errors* is for the error prefix."""
    evaluate(prefix, datetime.now(UTC), "processing-failed" if errors else None)
    if errors and EXPRESSION.search(prefix) and "firehose:error-output-type" not in prefix:
        raise PrefixError(
            f"{prefix!r} has expressions: it must also have !{{firehose:error-output-type}}"
        )


def evaluate(prefix: str, moment: datetime, error_type: str | None = None) -> str:
    """Return *prefix* at *moment*; without expressions, the date and hour are appended."""
    if not EXPRESSION.search(prefix):
        typed = f"{error_type}/" if error_type else ""
        return prefix + typed + _date(DEFAULT_FORMAT, moment)

    def value(found: re.Match[str]) -> str:
        namespace, name = found[1], found[2]
        if namespace == "timestamp":
            return _date(name, moment)
        if (namespace, name) == ("firehose", "random-string"):
            return "".join(secrets.choice(_RANDOM_CHARACTERS) for _ in range(_RANDOM_LENGTH))
        if (namespace, name) == ("firehose", "error-output-type") and error_type:
            return error_type
        raise PrefixError(
            f"{found[0]} is not served: write !{{timestamp:...}}, !{{firehose:random-string}} or,"
            " in the error prefix, !{firehose:error-output-type}"
        )

    return EXPRESSION.sub(value, prefix)


def _date(pattern: str, moment: datetime) -> str:
    """Return *moment* in a format of Java's DateTimeFormatter."""

    def value(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1]
        if not found[2]:
            return found[0]
        if found[0] not in _FORMATS:
            known = ", ".join(_FORMATS)
            raise PrefixError(f"{found[0]} in a timestamp is not served: there are {known}")
        return moment.strftime(_FORMATS[found[0]])

    return _PATTERN.sub(value, pattern)
