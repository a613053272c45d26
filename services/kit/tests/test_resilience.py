"""Budget, breaker, bulkhead and deadline of calls, on a clock that the tests turn."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.resilience.breaker import LEAST, OPEN_SECONDS, PROBES, Breaker, State
from kit.resilience.budget import RetryBudget
from kit.resilience.callee import Callee, Limits
from kit.resilience.errors import (
    BulkheadFullError,
    CircuitOpenError,
    DeadlineExceededError,
    NoResponseError,
)

REFUSED = NoResponseError("loans", "connection refused")


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def callee(clock):
    limits = Limits(timeout_ms=800, max_concurrency=2)
    return Callee("loans", limits, clock=clock, random=lambda: 0.5)


def fail(callee, error=REFUSED, deadline=math.inf, *, retryable=False):
    with callee.call(deadline, retryable=retryable) as call:
        call.attempt()
        return call.failed(error)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), max_size=400))
def test_retries_are_at_most_a_tenth_of_the_calls_and_one(events):
    budget = RetryBudget()
    calls = retries = 0
    for is_call in events:
        if is_call:
            budget.deposit()
            calls += 1
        else:
            retries += budget.withdraw()

    assert retries <= 1 + calls / 10


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["good", "bad", "unknown", "wait"]), max_size=200))
def test_a_circuit_lets_at_most_one_request_through_until_the_callee_answers(events):
    clock = Clock()
    breaker = Breaker(clock, lambda: 0.5)
    for event in events:
        before = breaker.state
        if event == "wait":
            clock.now += OPEN_SECONDS
            continue
        permit = breaker.admit()
        if before is State.OPEN:
            assert permit is None
        if permit is None:
            continue
        if before is State.HALF_OPEN:
            assert breaker.admit() is None
        breaker.record(permit, succeeded={"good": True, "bad": False}.get(event))
        if event == "bad" and before is State.HALF_OPEN:
            assert breaker.state is State.OPEN
        if event != "bad" and before is State.CLOSED:
            assert breaker.state is State.CLOSED


def test_a_circuit_opens_after_failures_and_closes_after_probes(callee, clock):
    for _ in range(LEAST):
        with pytest.raises(NoResponseError):
            fail(callee)

    with pytest.raises(CircuitOpenError, match="its last calls failed"):
        fail(callee)
    clock.now += OPEN_SECONDS
    states = []
    for _ in range(PROBES):
        with callee.call(math.inf, retryable=False) as call:
            call.attempt()
            with pytest.raises(CircuitOpenError), callee.call(math.inf, retryable=False) as other:
                other.attempt()
            call.succeeded()
        states.append(callee.state)

    assert states == [State.HALF_OPEN, State.HALF_OPEN, State.CLOSED]


def test_an_answer_to_a_request_of_before_says_nothing_about_the_present(callee, clock):
    with callee.call(math.inf, retryable=False) as old:
        old.attempt()
        for _ in range(LEAST):
            with pytest.raises(NoResponseError):
                fail(callee)
        clock.now += OPEN_SECONDS
        assert callee.state is State.HALF_OPEN
        old.succeeded()

    assert callee.breaker._succeeded == 0


def test_a_probe_that_is_cancelled_makes_room_for_another(callee, clock):
    for _ in range(LEAST):
        with pytest.raises(NoResponseError):
            fail(callee)
    clock.now += OPEN_SECONDS
    with callee.call(math.inf, retryable=False) as cancelled:
        cancelled.attempt()

    with callee.call(math.inf, retryable=False) as probe:
        assert probe.attempt() > 0


def test_a_call_above_max_concurrency_is_refused_at_once(callee):
    first, second, third = (callee.call(math.inf, retryable=False) for _ in range(3))
    refused = pytest.raises(BulkheadFullError, match="2 calls of it are in progress")
    with first, second, refused, third:
        pass

    with callee.call(math.inf, retryable=False) as call:
        assert call.attempt() == pytest.approx(0.8)


def test_only_what_is_idempotent_is_retried_after_a_jittered_pause_within_the_budget(callee):
    assert fail(callee, retryable=True) == pytest.approx(0.025)
    with pytest.raises(NoResponseError):
        fail(callee, retryable=True)  # the budget holds less than a retry
    for _ in range(8):
        with callee.call(math.inf, retryable=True) as call:
            call.attempt()
            call.succeeded()
    with pytest.raises(NoResponseError):
        fail(callee, retryable=False)
    assert fail(callee, retryable=True) == pytest.approx(0.025)


def test_a_call_ends_with_its_timeout_or_with_the_request_before(callee, clock):
    with callee.call(clock.now + 0.3, retryable=True) as short:
        assert short.attempt() == pytest.approx(0.3)
        clock.now += 0.4
        with pytest.raises(DeadlineExceededError, match="the request's deadline has passed"):
            short.attempt()
    with callee.call(math.inf, retryable=True) as call:
        call.attempt()
        clock.now += 0.79
        with pytest.raises(NoResponseError):
            call.failed(REFUSED)  # no time is left for the pause
        clock.now += 0.02
        with pytest.raises(DeadlineExceededError, match="it did not respond within 800 ms"):
            call.attempt()


@pytest.mark.parametrize(("remaining", "state"), [(0.1, State.CLOSED), (9.0, State.OPEN)])
def test_a_deadline_that_cuts_a_call_short_does_not_count_against_the_callee(
    callee, clock, remaining, state
):
    for _ in range(LEAST):
        with callee.call(clock.now + remaining, retryable=True) as call:
            call.attempt()
            with pytest.raises(DeadlineExceededError):
                call.failed(call.too_late())

    assert callee.state is state
