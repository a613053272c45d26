"""Which lines of a function reach CloudWatch Logs: LoggingConfig's log levels, for JSON alone."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.runtime.functions.definition import Definition

JSON = "JSON"
DEFAULT = "INFO"


class Level(IntEnum):
    """Levels, by the numbers that the runtime client sends."""

    TRACE = 1
    DEBUG = 2
    INFO = 3
    WARN = 4
    ERROR = 5
    FATAL = 6


NUMBERS = {one.value: one for one in Level}
NAMES = {
    **{one.name: one for one in Level},
    "WARNING": Level.WARN,
    "CRITICAL": Level.FATAL,
}
"""Python's names are valid, too."""
FRAME_LEVEL_SHIFT, FRAME_LEVEL_MASK = 2, 0b111


def of_frame(kind: int) -> Level | None:
    """Return the level in the type of a log frame; None without one."""
    return NUMBERS.get(kind >> FRAME_LEVEL_SHIFT & FRAME_LEVEL_MASK)


def of_line(line: str) -> Level | None:
    """Return the level of a line: INFO if it names none, and None of a metric in EMF."""
    if not line.startswith("{"):
        return Level.INFO
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError):
        return Level.INFO
    if "_aws" in found:
        return None
    return NAMES.get(str(found.get("level")).upper(), Level.INFO)


def application_level(definition: Definition) -> Level | None:
    """Return the least level of the function's own lines; None if all are sent."""
    if definition.log_format != JSON:
        return None
    return NAMES[definition.log_level or DEFAULT]


def is_sent(definition: Definition, level: Level) -> bool:
    """Return whether a line of Lambda itself with *level* is sent."""
    return level >= NAMES[definition.system_log_level or DEFAULT]
