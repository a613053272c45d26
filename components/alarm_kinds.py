"""Kinds of alarms: the section of the runbooks on each, and whether it pages."""

from __future__ import annotations

from enum import StrEnum


class AlarmKind(StrEnum):
    """What an alarm reports; the value is the anchor of its section in docs/runbooks.md."""

    ERROR_BUDGET_FAST = "error-budget-fast"
    EVERY_REQUEST_FAILS = "every-request-fails"
    LOAD_BALANCER_ERRORS = "load-balancer-errors"
    TOO_FEW_TASKS = "too-few-tasks"
    MESSAGES_WAIT = "messages-wait"
    EVENTS_LOST = "events-lost"
    DATABASE_STORAGE = "database-storage"
    OWN_METRIC = "own-metric"

    ERROR_BUDGET_SLOW = "error-budget-slow"
    SLOW_RESPONSES = "slow-responses"
    FUNCTION_ERRORS = "function-errors"
    FUNCTION_THROTTLED = "function-throttled"
    UNHEALTHY_TARGETS = "unhealthy-targets"
    BUSY_TASKS = "busy-tasks"
    DEAD_LETTERS = "dead-letters"
    STREAM_THROTTLED = "stream-throttled"
    TABLE_THROTTLED = "table-throttled"
    DATABASE_BUSY = "database-busy"
    CACHE_BUSY = "cache-busy"
    FILES_BUSY = "files-busy"
    BACKUP_FAILED = "backup-failed"
    ARCHIVE_FAILS = "archive-fails"
    SECRET_OLD = "secret-old"  # noqa: S105 - an anchor
    JOB_FAILED = "job-failed"
    CHATTY_CALLS = "chatty-calls"

    @property
    def pages(self) -> bool:
        """Whether it must wake somebody; otherwise it is a ticket."""
        return self in PAGES


PAGES = frozenset(
    {
        AlarmKind.ERROR_BUDGET_FAST,
        AlarmKind.EVERY_REQUEST_FAILS,
        AlarmKind.LOAD_BALANCER_ERRORS,
        AlarmKind.TOO_FEW_TASKS,
        AlarmKind.MESSAGES_WAIT,
        AlarmKind.EVENTS_LOST,
        AlarmKind.DATABASE_STORAGE,
        AlarmKind.OWN_METRIC,
    }
)
"""Kinds that affect customers or lose data until somebody acts: they page."""
