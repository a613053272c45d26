"""What `bulkhead destroy` removes, and what it leaves alone."""

import pytest

from localcloud.engine.ensure import EngineMissingError
from ops.commands import destroy


@pytest.fixture
def stack(layout, monkeypatch, save_state):
    """A stack whose state no engine can open."""
    save_state()

    def refuse(_show):
        raise EngineMissingError("there is neither Pulumi nor Go")

    monkeypatch.setattr(destroy, "ensure", refuse)
    return layout.pulumi / "state.sqlite"


def test_a_folder_with_files_of_somebody_else_is_left_as_it_is(layout, bulkhead):
    layout.data.mkdir(parents=True)
    thesis = layout.home / "thesis.txt"
    thesis.write_text("three years of work")

    code, _, complaint = bulkhead("destroy")

    assert code == 1
    assert "contains files that Bulkhead did not create: thesis.txt" in complaint
    assert thesis.exists()
    assert layout.data.exists()


def test_what_the_engine_cannot_empty_stays(stack, bulkhead):
    code, _, complaint = bulkhead("destroy")

    assert code == 1
    assert "there is neither Pulumi nor Go" in complaint
    assert stack.exists()


def test_with_force_it_is_removed_all_the_same(stack, layout, bulkhead):
    for left_by_a_killed_process in ("ports.tmp", "function-runtime.new"):
        (layout.home / left_by_a_killed_process).write_text("half")
    code, _, said = bulkhead("destroy", "--force")

    assert code == 0, said
    assert not layout.home.exists()


def test_where_there_is_nothing_it_says_so(layout, bulkhead):
    code, _, said = bulkhead("destroy")

    assert code == 0
    assert "There is nothing to remove." in said
    assert not layout.home.exists()
