"""A delivery that failed for a while is tried again, by the retry policy of its target."""

from __future__ import annotations

import threading

import pytest
from moto.events.models import events_backends

from localcloud.aws.events import retries
from localcloud.aws.journal import JOURNAL

TARGET = {"Id": "t", "Arn": "arn:aws:lambda:eu-west-1:1:function:f"}


@pytest.fixture
def rule(monkeypatch):
    monkeypatch.setattr(retries, "FIRST_DELAY_SECONDS", 0.01)
    backend = events_backends["000000000000"]["eu-west-1"]
    made = backend.put_rule(name="retried", event_pattern='{"source": ["s"]}')
    yield made
    made.targets.clear()
    backend.event_buses["default"].rules.pop("retried")
    retries._pending.clear()


class Target:
    """Fails a number of times; notes what happens."""

    def __init__(self, failures):
        self.failures, self.attempts, self.letters = failures, [], []
        self.ended = threading.Event()

    def retry(self, _rule, _target, event, attempt):
        self.attempts.append((event["id"], attempt))
        if attempt <= self.failures:
            return RuntimeError("unavailable")
        self.ended.set()
        return None

    def give_up(self, _rule, _target, event, error, attempts):
        self.letters.append((event["id"], str(error), attempts))
        self.ended.set()

    def run(self):
        retries.resume(self.retry, self.give_up)
        try:
            assert self.ended.wait(10)
        finally:
            retries.close()


@pytest.mark.parametrize(
    ("failures", "policy", "attempts", "letters"),
    [
        (2, {}, 3, []),
        (9, {"MaximumRetryAttempts": 2}, 2, [("e", "unavailable", 2)]),
        (9, {"MaximumEventAgeInSeconds": 0}, 1, [("e", "unavailable", 1)]),
    ],
)
def test_it_ends_with_a_success_or_with_a_dead_letter(rule, failures, policy, attempts, letters):
    target = Target(failures)
    rule.targets.append({**TARGET, "RetryPolicy": policy})
    with JOURNAL.transaction():
        retries.add(rule, rule.targets[0], {"id": "e"})

    target.run()

    assert target.attempts == [("e", number + 1) for number in range(attempts)]
    assert target.letters == letters
    with JOURNAL.lock:
        assert retries._pending == {}


def test_what_is_pending_survives_the_process(rule):
    rule.targets.append(TARGET)
    with JOURNAL.transaction() as work:
        retries.add(rule, TARGET, {"id": "e"})
        saved = dict(work.collection(retries.COLLECTION).values)
    retries._pending.clear()

    for key, value in saved.items():
        retries.put_back(retries.COLLECTION, key, value)
    target = Target(0)
    target.run()

    assert target.attempts == [("e", 1)]


def test_a_target_without_retries_gets_none():
    assert retries.allowed(TARGET)
    assert not retries.allowed({**TARGET, "RetryPolicy": {"MaximumRetryAttempts": 0}})
