"""What an interrupted update left open is resolved so that the next update converges."""

import pytest

from localcloud.backend import recovery
from localcloud.engine.creations import Creation

URN = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::orders"
OTHER = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::others"
TYPE = "aws:sqs/queue:Queue"


def operation(kind, urn=URN, **more):
    return {
        "resource": {"urn": urn, "custom": True, "type": TYPE, "inputs": {"name": "o"}, **more},
        "type": kind,
    }


def recover(resources=(), pending=(), failed=(), elsewhere=False, **made):
    """Return the state afterwards, and what was resolved."""
    deployment = {"resources": list(resources), "pending_operations": list(pending)}
    found = recovery.recover(
        deployment,
        failed,
        lambda urn: made.get(urn.rpartition("::")[2], Creation()),
        lambda *_: elsewhere,
    )
    assert "pending_operations" not in deployment
    return deployment["resources"], found


ADOPTED = {
    **operation("creating")["resource"],
    "id": "queue-1",
    "outputs": {"name": "o"},
    "refreshBeforeUpdate": True,
}


def test_an_object_that_was_created_is_adopted_and_read_by_the_next_update():
    resources, found = recover(pending=[operation("creating")], orders=Creation("queue-1"))

    assert resources == [ADOPTED]
    assert found.adopted == [URN]
    assert str(found) == (
        "Repaired the state of an interrupted run: 1 created resources adopted,"
        " 0 operations to repeat"
    )


def test_an_object_that_was_not_created_is_created_by_the_next_update():
    resources, found = recover(pending=[operation("creating")])

    assert resources == []
    assert found.repeated == [URN]


def test_an_object_whose_answer_was_lost_is_adopted():
    """The engine reports a failure where the connection to the provider breaks."""
    resources, found = recover(failed=[operation("creating")], orders=Creation("queue-1"))

    assert (resources, found.adopted) == ([ADOPTED], [URN])


def test_a_create_that_failed_leaves_nothing_to_report():
    assert recover(failed=[operation("creating")]) == ([], recovery.Recovered())


def test_an_object_that_is_in_the_state_already_is_not_adopted_twice():
    known = {"urn": URN, "id": "queue-1"}

    resources, found = recover([known], [operation("creating")], orders=Creation("queue-1"))

    assert resources == [known]
    assert not found


def test_an_object_of_another_stack_is_not_adopted():
    resources, found = recover(
        pending=[operation("creating")], elsewhere=True, orders=Creation("queue-1")
    )

    assert resources == []
    assert not found


def test_a_replacement_comes_before_the_object_that_it_replaces():
    old = {"urn": URN, "id": "queue-0"}
    before, after = {"urn": OTHER, "id": "a"}, {"urn": f"{OTHER}2", "id": "b"}

    resources, _ = recover(
        [before, old, after], [operation("creating")], orders=Creation("queue-1")
    )

    assert resources == [before, ADOPTED, {**old, "delete": True}, after]


def test_a_replacement_whose_predecessor_was_deleted_first_takes_its_place():
    old = {"urn": URN, "id": "queue-0", "pendingReplacement": True}

    resources, _ = recover([old], [operation("creating")], orders=Creation("queue-1"))

    assert resources == [ADOPTED]


@pytest.mark.parametrize("kind", ["updating", "deleting"])
@pytest.mark.parametrize("where", ["pending", "failed"])
def test_a_resource_whose_change_may_be_lost_is_read_by_the_next_update(kind, where):
    known = {"urn": URN, "id": "queue-1", "custom": True, "type": "aws:sqs/queue:Queue"}

    resources, found = recover([known], **{where: [operation(kind, id="queue-1")]})

    assert resources == [{**known, "refreshBeforeUpdate": True}]
    assert found.repeated == ([URN] if where == "pending" else [])


def test_an_update_is_recorded_without_the_id_of_its_resource():
    known = {"urn": URN, "id": "queue-1", "custom": True, "type": "aws:sqs/queue:Queue"}
    replaced = {**known, "id": "queue-0", "delete": True}

    resources, found = recover([known, replaced], [operation("updating")])

    assert resources == [{**known, "refreshBeforeUpdate": True}, replaced]
    assert found.repeated == [URN]


@pytest.mark.parametrize(
    "known",
    [
        {"urn": URN, "custom": False, "type": "pulumi:pulumi:Stack"},
        {"urn": URN, "custom": True, "type": "pulumi:providers:aws", "id": "p"},
    ],
)
def test_what_the_engine_does_not_read_is_not_marked(known):
    operations = [operation("deleting", id=known.get("id", ""))]

    assert recover([known], failed=operations)[0] == [known]


def test_a_replaced_resource_is_deleted_again():
    known = {"urn": URN, "id": "queue-1", "delete": True}

    assert recover([known], [operation("deleting", id="queue-1")])[0] == [known]


@pytest.mark.parametrize("kind", ["reading", "importing"])
def test_other_operations_are_repeated(kind):
    assert recover(pending=[operation(kind, id="queue-1")])[0] == []


def test_a_create_that_the_provider_has_not_finished_is_waited_for(monkeypatch):
    monkeypatch.setattr(recovery, "POLL_SECONDS", 0.0)
    answers = [Creation("", running=True), Creation("queue-1", running=True), Creation("queue-1")]
    deployment = {"pending_operations": [operation("creating")]}

    found = recovery.recover(deployment, (), lambda _urn: answers.pop(0), lambda *_: False)

    assert found.adopted == [URN]
    assert answers == []
