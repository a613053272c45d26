"""A stack whose last run was killed is repaired so that one of each resource exists."""

import pytest

from localcloud.engine.creations import Creation
from ops import pending

URN = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::orders"
OTHER = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::others"


def operation(kind, urn=URN):
    resource = {"urn": urn, "custom": True, "type": "aws:sqs/queue:Queue", "inputs": {"name": "o"}}
    return {"resource": resource, "type": kind}


def knows(**found):
    return lambda urn: found.get(urn.rpartition("::")[2], Creation())


def test_an_object_that_was_made_is_taken_into_the_state():
    state = {"resources": [], "pending_operations": [operation("creating")]}

    repaired = pending.resolve(state, knows(orders=Creation(id="queue-1")))

    assert repaired.adopted == [URN]
    resource = operation("creating")["resource"]
    assert state == {"resources": [{**resource, "id": "queue-1", "outputs": resource["inputs"]}]}


def test_an_object_that_was_not_made_is_forgotten_so_that_the_next_run_makes_it():
    state = {"resources": [], "pending_operations": [operation("creating")]}

    repaired = pending.resolve(state, knows())

    assert (repaired.adopted, repaired.forgotten) == ([], [URN])
    assert state == {"resources": []}


def test_an_object_that_is_in_the_state_already_is_not_taken_twice():
    known = {"urn": URN, "id": "queue-1"}
    state = {"resources": [known], "pending_operations": [operation("creating")]}

    pending.resolve(state, knows(orders=Creation(id="queue-1")))

    assert state == {"resources": [known]}


@pytest.mark.parametrize("kind", ["updating", "deleting", "reading", "importing"])
def test_other_steps_are_repeated_by_the_next_run(kind):
    known = {"urn": URN, "id": "queue-1"}
    state = {"resources": [known], "pending_operations": [operation(kind)]}

    repaired = pending.resolve(state, knows(orders=Creation(id="queue-1")))

    assert repaired.forgotten == [URN]
    assert state == {"resources": [known]}


def test_each_pending_operation_is_resolved_by_itself():
    state = {"pending_operations": [operation("creating"), operation("creating", OTHER)]}

    repaired = pending.resolve(state, knows(others=Creation(id="queue-2")))

    assert (repaired.adopted, repaired.forgotten) == ([OTHER], [URN])


def test_a_create_that_still_runs_is_waited_for(monkeypatch):
    monkeypatch.setattr(pending, "POLL_SECONDS", 0.0)
    answers = [Creation(running=True), Creation(running=True), Creation(id="queue-1")]
    state = {"resources": [], "pending_operations": [operation("creating")]}

    repaired = pending.resolve(state, lambda _urn: answers.pop(0))

    assert repaired.adopted == [URN]


def test_a_stack_without_pending_operations_is_left_alone():
    state = {"resources": []}

    assert not pending.resolve(state, knows())
    assert state == {"resources": []}
