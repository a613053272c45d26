"""The state of a file backend of an earlier release goes on."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from localcloud.backend import migration
from localcloud.engine.creations import Creations
from localcloud.layout import Layout

URN = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::"


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def write(layout, text):
    path = layout.pulumi / "state" / ".pulumi" / "stacks" / "bulkhead" / "local.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def checkpoint(**latest):
    return json.dumps({"version": 3, "checkpoint": {"stack": "local", "latest": latest}})


def saved(layout):
    store = migration.open_store(layout)
    found = store.saved(store.stack("bulkhead", "local"))["deployment"]
    store.close()
    return found


def test_every_stack_is_taken_over_once_and_the_files_are_kept(layout):
    resources = [{"urn": f"{URN}a", "type": "t", "id": "a"}]
    write(layout, checkpoint(manifest={"version": "v3"}, resources=resources))

    first = saved(layout)

    assert first == {"manifest": {"version": "v3"}, "resources": resources}
    assert saved(layout) == first
    kept = layout.pulumi / "state.migrated" / ".pulumi" / "stacks" / "bulkhead" / "local.json"
    assert json.loads(kept.read_text())["checkpoint"]["latest"] == first


def test_processes_that_start_together_take_a_stack_over_once(layout):
    write(layout, checkpoint(resources=[{"urn": f"{URN}a", "type": "t", "id": "a"}]))
    with ThreadPoolExecutor(16) as threads:
        opened = list(threads.map(migration.open_store, [layout] * 16))

    assert [len(store.stacks()) for store in opened] == [1] * 16
    for store in opened:
        store.close()


def test_what_an_interrupted_run_created_is_adopted(layout):
    with Creations(layout).making(f"{URN}a") as created:
        created("queue-1")
    operation = {"type": "creating", "resource": {"urn": f"{URN}a", "type": "t", "inputs": {}}}
    write(layout, checkpoint(resources=[], pending_operations=[operation]))

    (adopted,) = saved(layout)["resources"]

    assert (adopted["id"], adopted["refreshBeforeUpdate"]) == ("queue-1", True)


def test_a_stack_without_resources_is_empty(layout):
    write(layout, '{"version": 3, "checkpoint": {"stack": "local"}}')

    assert saved(layout) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"checkpoint": 1}'])
def test_a_state_that_cannot_be_read_is_named_and_stays(layout, text):
    path = write(layout, text)

    with pytest.raises(migration.UnreadableStateError, match=f"{path} is not a checkpoint"):
        migration.open_store(layout)

    assert path.exists()
