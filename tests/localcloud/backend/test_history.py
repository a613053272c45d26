"""What the page about deployments is told about the stacks."""

import pytest

from localcloud.backend import history
from localcloud.backend.document import EMPTY
from localcloud.backend.store import Store


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "state.sqlite")
    opened.create_stack("shop", "local", {}, EMPTY)
    yield opened
    opened.close()


def started(store, identity, kind="update"):
    stack = store.stack("shop", "local")
    store.create_update(stack, identity, kind, {}, "")
    store.start_update(stack, store.update(stack, identity), "token", None)
    return store.update(stack, identity)


def test_updates_have_their_result_and_changes_the_latest_first(store):
    first = started(store, "one")
    store.set_changes(first, {"create": 3})
    store.end_update(first, "succeeded")
    store.end_update(started(store, "look", "preview"), "succeeded")
    started(store, "two", "destroy")

    running, ended = history.recent(store)

    assert (running["kind"], running["result"], running["ended"]) == ("destroy", "running", None)
    assert (ended["stack"], ended["result"], ended["changes"]) == (
        "shop/local",
        "succeeded",
        {"create": 3},
    )
    assert ended["started"] <= ended["ended"]


def test_without_a_stack_there_are_none(tmp_path):
    store = Store(tmp_path / "state.sqlite")

    assert history.recent(store) == []
    store.close()
