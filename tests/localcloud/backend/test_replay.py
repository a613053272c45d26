"""The state after an update is computed from the state before it and its journal entries."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.backend.replay import (
    JournalError,
    Kind,
    Replay,
    in_dependency_order,
    without_dangling_references,
)

ROOT = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::"


def resource(name, **more):
    return {"urn": ROOT + name, "type": "aws:sqs/queue:Queue", "id": name, **more}


class Journal:
    """Makes entries with consecutive sequence ids."""

    def __init__(self):
        self.entries = []

    def add(self, kind, identity, **more):
        number = len(self.entries) + 1
        entry = {"version": 1, "kind": kind, "sequenceID": number, "operationID": identity}
        self.entries.append({**entry, "removeOld": None, "removeNew": None, **more})
        return self

    def begin(self, operation, type_="creating", **state):
        pending = {"type": type_, "resource": resource(**state)} if state else None
        return self.add(Kind.BEGIN, operation, operation=pending)

    def succeed(self, operation, state=None, **more):
        return self.add(Kind.SUCCESS, operation, state=state, **more)


def names(deployment):
    return [one["urn"].removeprefix(ROOT) for one in deployment["resources"]]


def replay(base, journal):
    found = Replay({"resources": base})
    found.add_all(journal.entries)
    return found


def test_what_was_created_comes_before_what_was_there():
    journal = Journal().begin(1, name="b").succeed(1, resource("b"))

    assert names(replay([resource("a")], journal).deployment()) == ["b", "a"]


def test_a_resource_that_stays_or_changes_takes_the_place_of_the_old_one():
    journal = Journal().begin(1).succeed(1, resource("a", inputs={"x": 2}), removeOld=0)

    after = replay([resource("a", inputs={"x": 1})], journal).deployment()

    assert after["resources"] == [resource("a", inputs={"x": 2})]


def test_a_deleted_resource_is_gone():
    journal = Journal().begin(1, "deleting", name="a").succeed(1, removeOld=0)

    assert names(replay([resource("a"), resource("b")], journal).deployment()) == ["b"]


def test_a_replaced_resource_is_marked_until_it_is_deleted():
    journal = Journal().begin(1, name="a").succeed(1, resource("a", id="new"), deleteOld=0)
    before = replay([resource("a")], journal).deployment()
    journal.begin(2, "deleting", name="a").succeed(2, removeOld=0)

    assert before["resources"] == [resource("a", id="new"), resource("a", delete=True)]
    assert replay([resource("a")], journal).deployment()["resources"] == [resource("a", id="new")]


def test_a_resource_that_was_deleted_before_its_replacement_is_marked():
    journal = Journal().begin(1, "deleting", name="a").succeed(1, pendingReplacementOld=0)

    after = replay([resource("a")], journal).deployment()

    assert after["resources"] == [resource("a", pendingReplacement=True)]


@pytest.mark.parametrize(
    ("field", "flag"),
    [("deleteNew", "delete"), ("pendingReplacementNew", "pendingReplacement")],
)
def test_a_resource_of_the_same_update_can_be_marked_too(field, flag):
    journal = Journal().succeed(1, resource("a")).succeed(2, **{field: 1})

    assert replay([], journal).deployment()["resources"] == [resource("a", **{flag: True})]


def test_a_resource_of_the_same_update_can_be_removed():
    journal = Journal().succeed(1, resource("a")).succeed(2, removeNew=1)

    assert replay([], journal).deployment()["resources"] == []


def test_outputs_replace_the_state_of_a_new_and_of_an_old_resource():
    journal = Journal().succeed(1, resource("b"))
    journal.add(Kind.OUTPUTS, 2, state=resource("b", outputs={"o": 1}), removeNew=1)
    journal.add(Kind.OUTPUTS, 3, state=resource("a", outputs={"o": 2}), removeOld=0)

    after = replay([resource("a")], journal).deployment()

    assert [one["outputs"] for one in after["resources"]] == [{"o": 1}, {"o": 2}]


def test_a_refresh_updates_removes_and_clears_references():
    base = [resource("a"), resource("b"), resource("c", dependencies=[ROOT + "a", ROOT + "b"])]
    journal = Journal().add(Kind.REFRESH_SUCCESS, 1, removeOld=0)
    journal.add(Kind.REFRESH_SUCCESS, 2, removeOld=1, state=resource("b", inputs={"x": 3}))

    after = replay(base, journal).deployment()

    assert after["resources"] == [
        resource("b", inputs={"x": 3}),
        resource("c", dependencies=[ROOT + "b"]),
    ]


def test_indices_refer_to_the_rebuilt_state_after_a_refresh():
    journal = Journal().add(Kind.REFRESH_SUCCESS, 1, removeOld=0).add(Kind.REBUILT_BASE_STATE, 0)
    journal.succeed(2, resource("b", inputs={"x": 1}), removeOld=0)

    after = replay([resource("a"), resource("b")], journal).deployment()

    assert after["resources"] == [resource("b", inputs={"x": 1})]


def test_a_written_snapshot_replaces_the_base():
    journal = Journal().add(Kind.WRITE, 0, newSnapshot={"resources": [resource("c")]})
    journal.succeed(1, removeOld=0)

    assert replay([resource("a")], journal).deployment()["resources"] == []


def test_the_secrets_provider_is_taken_over():
    provider = {"type": "passphrase", "state": {"salt": "v1:x"}}
    journal = Journal().add(Kind.SECRETS_MANAGER, 0, secretsProvider=provider)

    assert replay([], journal).deployment()["secrets_providers"] == provider


def test_an_operation_without_an_end_is_pending_and_a_failed_one_is_not():
    journal = Journal().begin(1, name="a").begin(2, name="b").add(Kind.FAILURE, 2)

    found = replay([], journal)

    assert found.deployment()["pending_operations"] == [
        {"type": "creating", "resource": resource("a")}
    ]
    assert found.failed == [{"type": "creating", "resource": resource("b")}]


def test_a_pending_create_of_an_earlier_update_stays():
    pending = [{"type": kind, "resource": resource("a")} for kind in ("creating", "updating")]
    found = Replay({"resources": [], "pending_operations": pending})

    assert found.deployment()["pending_operations"] == pending[:1]


@given(st.data())
def test_entries_count_in_the_order_of_their_sequence_ids_and_once(data):
    journal = Journal()
    for number in range(1, 6):
        journal.begin(number, name=f"r{number}").succeed(number, resource(f"r{number}"))
    entries = data.draw(st.permutations(journal.entries))
    repeated = data.draw(st.lists(st.sampled_from(journal.entries), max_size=5))
    found = Replay({"resources": []})

    found.add_all(itertools.chain(entries, repeated))

    assert names(found.deployment()) == ["r1", "r2", "r3", "r4", "r5"]
    assert "pending_operations" not in found.deployment()


def test_a_parent_whose_entry_was_lost_comes_before_its_new_children():
    """The engine does not wait for the entries of steps without effect."""
    provider = f"{ROOT}provider::1"
    base = [resource("stack"), resource("provider", id="1"), resource("old")]
    child = resource("child", parent=ROOT + "stack", provider=provider, dependencies=[ROOT + "old"])
    journal = Journal().succeed(7, child)

    assert names(replay(base, journal).deployment()) == ["stack", "provider", "old", "child"]


@pytest.mark.parametrize("kind", [Kind.OUTPUTS, Kind.REFRESH_SUCCESS])
def test_a_new_state_finds_the_old_resource_if_the_entry_between_was_lost(kind):
    after = resource("a", outputs={"o": 1})
    journal = Journal().add(kind, 2, state=after, removeNew=1)

    assert replay([resource("a")], journal).deployment()["resources"] == [after]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"removeNew": 1}, []),
        ({"deleteNew": 1}, [resource("a", delete=True)]),
        ({"pendingReplacementNew": 1}, [resource("a", pendingReplacement=True)]),
    ],
)
def test_a_deletion_finds_the_old_resource_if_the_entry_between_was_lost(change, left):
    journal = Journal().begin(2, "deleting", name="a").succeed(2, **change)

    assert replay([resource("a")], journal).deployment()["resources"] == left


@given(st.data())
def test_resources_come_in_dependency_order(data):
    found = []
    for number in range(8):
        earlier = st.lists(st.integers(0, number - 1)) if number else st.just([])
        urns = [f"{ROOT}{one}" for one in data.draw(earlier)]
        found.append(resource(str(number), dependencies=urns))
    mixed = data.draw(st.permutations(found))

    ordered = in_dependency_order(mixed)

    seen = set()
    for one in ordered:
        assert set(one["dependencies"]) <= seen
        seen.add(one["urn"])
    assert sorted(seen) == sorted(one["urn"] for one in found)
    assert in_dependency_order(ordered) == ordered


@pytest.mark.parametrize("change", [{"version": 2}, {"kind": 10}, {"kind": -1}, {"version": None}])
def test_an_entry_that_cannot_be_applied_is_refused(change):
    entry = {"version": 1, "kind": 0, "sequenceID": 1, "operationID": 1} | change

    with pytest.raises(JournalError, match="expected a kind from 0 to 9 and version 1"):
        Replay({}).add_all([entry])


def test_a_child_of_a_missing_parent_becomes_a_child_of_the_grandparent():
    resources = [
        resource("child", parent=ROOT + "gone", deletedWith=ROOT + "gone"),
        resource("other", parent=ROOT + "child", propertyDependencies={"x": [ROOT + "gone"]}),
    ]

    child, other = without_dangling_references(resources)

    assert child == resource("child", parent="")
    assert other["parent"] == ROOT + "child"
    assert other["propertyDependencies"] == {"x": []}
