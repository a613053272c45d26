"""`bulkhead policy check local`: the state of the stack, while the local cloud is down."""

import contextlib
import json

import pytest

from localcloud.backend.migration import open_store
from localcloud.layout import Layout
from tests.policy.check.samples import OPEN, TYPE


@pytest.fixture
def layout(tmp_path, monkeypatch):
    """Return the layout of a local environment that has never run."""
    home = tmp_path / "home"
    monkeypatch.setenv("BULKHEAD_HOME", str(home))
    return Layout(home)


def test_the_state_of_local_is_checked_with_its_own_configuration(layout, files, main, capsys):
    queue = files.state(
        f"urn:pulumi:local::bulkhead::{TYPE}::orders",
        {"sqsManagedSseEnabled": False},
        sourcePosition="project:///stacks/messaging.py#12",
    )
    state = {"version": 3, "deployment": {"resources": [queue]}}
    with contextlib.closing(open_store(layout)) as store:
        store.create_stack("bulkhead", "local", {}, state)

    outputs = [
        (main(["check", "local", *words, "--format", "json"]), json.loads(capsys.readouterr().out))
        for words in ((), ("--environment", "local"))
    ]

    assert outputs[0] == outputs[1]
    code, report = outputs[0]
    [found] = [one for one in report["findings"] if one["rule"] == "sqs-encrypted"]
    assert code == 1
    assert (found["file"], found["line"]) == ("local", None)
    assert found["program"] == {"file": "stacks/messaging.py", "line": 12}


def test_without_a_stack_local_there_is_nothing_to_check(layout, main, capsys):
    assert main(["check", "local"]) == 2

    assert "There is no stack local: create it with `bulkhead up`" in capsys.readouterr().err


def test_the_stack_of_other_services_has_a_home_of_its_own(layout, main, capsys):
    assert main(["check", "local", "--services", "examples/services"]) == 2

    told = capsys.readouterr().err
    assert "create it with `bulkhead up --services examples/services`" in told


def test_a_file_of_the_name_local_is_a_file(files, main, monkeypatch, capsys):
    monkeypatch.chdir(files.folder)
    files.write([OPEN], "local")

    main(["check", "local", "--format", "json"])

    assert json.loads(capsys.readouterr().out)["resources"] == 1
