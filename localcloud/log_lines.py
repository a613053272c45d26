"""The last lines of a log, and which of them tell why a process ended."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LINES = 10
SEARCHED_LINES = 500
ROUTINE = re.compile(
    r"(INFO|DEBUG)\b"
    r"|.* HTTP/[\d.]+\" [123]\d\d\b"
    r"|INIT_START |(START|END|REPORT) RequestId: |\[WARNING\]\t.*LAMBDA_WARNING"
)
"""Lines of level INFO or DEBUG, successful requests, and the Lambda platform's own lines."""


def last_lines(log: Path, count: int = LINES) -> list[str]:
    """Return the last *count* lines of a log; [] if the file does not exist."""
    try:
        return log.read_text(errors="replace").splitlines()[-count:] if count else []
    except FileNotFoundError:
        return []


def failure_lines(log: Path) -> list[str]:
    """Return the last lines of a log that are not routine, or the last lines if all of them are."""
    lines = last_lines(log, SEARCHED_LINES)
    return (without_routine(lines) or lines)[-LINES:]


def without_routine(lines: Iterable[str]) -> list[str]:
    """Return *lines* without those that a healthy service writes too."""
    return [line for line in lines if not is_routine(line)]


def is_routine(line: str) -> bool:
    """Say whether *line* has level INFO or DEBUG, or is an access log entry."""
    if line.startswith("{"):
        try:
            entry: Any = json.loads(line)
        except ValueError:
            return False
        platform = str(entry.get("type", "")).startswith("platform.")
        return platform or str(entry.get("level", "")).upper() in {"INFO", "DEBUG"}
    return ROUTINE.match(line) is not None
