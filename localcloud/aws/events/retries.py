"""Deliveries that failed and are tried again, by the retry policy of their target.

A target that is missing, or that can never take the event, gets no retry, as in AWS. The pending
deliveries are journalled, so that they survive this process.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import uuid
from typing import TYPE_CHECKING, Any

from moto.core.utils import unix_time
from moto.events.models import events_backends

from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Callable

    Retry = Callable[[Any, dict[str, Any], dict[str, Any], int], Exception | None]
    """Delivers an event to a target of a rule, as the retry of a number; returns its error."""
    GiveUp = Callable[[Any, dict[str, Any], dict[str, Any], Exception, int], None]
    """Sends an event to the dead letters of a target, after an error and a number of retries."""

_LOG = logging.getLogger(__name__)
COLLECTION = "events-retry"
MAX_ATTEMPTS, MAX_AGE_SECONDS = 185, 86_400  # EventBridge's maximum and default
FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS = 1.0, 600.0
CLOSE_SECONDS = 2.0

_pending: dict[str, dict[str, Any]] = {}
_changed = threading.Event()
_threads: list[tuple[threading.Thread, threading.Event]] = []
"""The thread that delivers, and the event that ends it."""


def allowed(target: dict[str, Any]) -> bool:
    """Return whether the retry policy of *target* has a retry."""
    return _policy(target)[0] > 0


def add(rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
    """Try the delivery again later."""
    _put(
        uuid.uuid4().hex,
        {
            "account": rule.account_id,
            "region": rule.region_name,
            "bus": rule.event_bus_name,
            "rule": rule.name,
            "target": target["Id"],
            "event": event,
            "first": unix_time(),
            "attempts": 0,
            "due": unix_time() + FIRST_DELAY_SECONDS,
        },
    )


def put_back(_collection: str, key: str, value: bytes) -> None:
    """Restore a pending delivery."""
    _pending[key] = json.loads(value)


def resume(retry: Retry, give_up: GiveUp) -> None:
    """Deliver what is pending from now on, in a thread of its own."""
    stopped = threading.Event()
    arguments = (retry, give_up, stopped)
    thread = threading.Thread(target=_run, args=arguments, name="event retries", daemon=True)
    _threads.append((thread, stopped))
    thread.start()


def close() -> None:
    """Stop the thread, and wait until it has ended; a delivery that lasts is left behind."""
    while _threads:
        thread, stopped = _threads.pop()
        stopped.set()
        _changed.set()
        thread.join(CLOSE_SECONDS)


def _run(retry: Retry, give_up: GiveUp, stopped: threading.Event) -> None:
    while not stopped.is_set():
        with JOURNAL.lock:
            due = min((one["due"] for one in _pending.values()), default=None)
        _changed.wait(None if due is None else max(0.0, due - unix_time()))
        _changed.clear()
        if not stopped.is_set():
            with JOURNAL.transaction():
                for key, one in list(_pending.items()):
                    if one["due"] <= unix_time():
                        _attempt(key, one, retry, give_up)


def _attempt(
    key: str,
    one: dict[str, Any],
    retry: Retry,
    give_up: GiveUp,
) -> None:
    found = _target(one)
    if found is None:  # the rule or the target was removed
        _remove(key)
        return
    rule, target = found
    attempts = one["attempts"] + 1
    error = retry(rule, target, one["event"], attempts)
    if error is None:
        _remove(key)
        return
    most, age = _policy(target)
    if attempts >= most or unix_time() - one["first"] >= age:
        _remove(key)
        give_up(rule, target, one["event"], error, attempts)
        return
    delay = min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** min(attempts, 10))
    due = unix_time() + delay * random.uniform(0.5, 1)  # noqa: S311 - spreads the retries
    _put(key, {**one, "attempts": attempts, "due": due})


def _target(one: dict[str, Any]) -> tuple[Any, dict[str, Any]] | None:
    bus = events_backends[one["account"]][one["region"]].event_buses.get(one["bus"])
    rule = bus.rules.get(one["rule"]) if bus is not None else None
    targets = rule.targets if rule is not None else []
    target = next((each for each in targets if each["Id"] == one["target"]), None)
    return None if target is None else (rule, target)


def _policy(target: dict[str, Any]) -> tuple[int, int]:
    policy = target.get("RetryPolicy") or {}
    attempts = policy.get("MaximumRetryAttempts")
    age = policy.get("MaximumEventAgeInSeconds")
    return (
        MAX_ATTEMPTS if attempts is None else int(attempts),
        MAX_AGE_SECONDS if age is None else int(age),
    )


def _put(key: str, one: dict[str, Any]) -> None:
    _pending[key] = one
    JOURNAL.put(COLLECTION, key, json.dumps(one).encode())
    _changed.set()


def _remove(key: str) -> None:
    _pending.pop(key, None)
    JOURNAL.delete(COLLECTION, key)
