"""The stack `local`: its lock, its state, and what its errors mean."""

import json
import os

import pytest
from pulumi import automation
from pulumi.automation.errors import CommandError as EngineError

from ops import stack
from ops.environment import backend
from ops.errors import CommandError


class Stack(automation.Stack):
    """A stack that only remembers whether it was unlocked."""

    def __init__(self):
        self.cancelled = False

    def cancel(self):
        self.cancelled = True


def lock(layout, pid):
    path = backend(layout) / ".pulumi" / "locks" / "organization" / "bulkhead" / "local" / "1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"pid": pid, "username": "somebody"}))


@pytest.mark.parametrize("pid", [2**22 + 1, os.getpid()], ids=["gone", "no engine"])
def test_the_lock_of_a_run_that_is_no_more_is_removed(layout, pid):
    lock(layout, pid)
    made = Stack()

    assert stack.unlock(layout, made)
    assert made.cancelled


def test_the_lock_of_a_run_that_lives_is_respected(layout, monkeypatch):
    lock(layout, os.getpid())
    monkeypatch.setattr("psutil.Process.name", lambda _self: "pulumi")
    made = Stack()

    with pytest.raises(CommandError, match=rf"Another run of the engine \(process {os.getpid()}\)"):
        stack.unlock(layout, made)

    assert not made.cancelled


def test_a_stack_without_a_lock_is_left_alone(layout):
    made = Stack()

    assert not stack.unlock(layout, made)
    assert not made.cancelled


def test_the_state_is_read_without_the_engine(layout):
    path = backend(layout) / ".pulumi" / "stacks" / "bulkhead" / "local.json"
    path.parent.mkdir(parents=True)
    latest = {"resources": [{"urn": "u", "type": "t"}]}
    path.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))

    assert stack.exists(layout)
    assert stack.checkpoint(layout) == latest


def test_a_state_that_cannot_be_read_is_named_with_the_way_out(layout):
    path = backend(layout) / ".pulumi" / "stacks" / "bulkhead" / "local.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"version": 3, "checkpo')

    with pytest.raises(CommandError, match=rf"cannot be read: {path}") as caught:
        stack.checkpoint(layout)

    assert "bulkhead destroy --force" in str(caught.value)


def test_before_the_first_up_there_is_no_stack(layout):
    assert not stack.exists(layout)
    assert stack.checkpoint(layout) == {}


def error(text):
    found = EngineError.__new__(EngineError)
    Exception.__init__(found, f"\n code: 255\n stdout: \n stderr: {text}\n")
    return found


def test_a_wrong_passphrase_is_explained_with_the_file_and_the_way_out(layout):
    said = stack.explained(layout, error("error: failed to decrypt: incorrect passphrase"))

    assert f"{layout.home}/pulumi/passphrase does not decrypt the state" in said
    assert "bulkhead destroy --force" in said


def test_of_another_error_only_the_complaint_is_shown(layout):
    assert stack.explained(layout, error("error: no such backend")) == "no such backend"


def test_an_engine_that_was_killed_is_named_as_such(layout):
    found = EngineError.__new__(EngineError)
    Exception.__init__(found, "\n code: -9\n stdout: Updating\n stderr: \n")

    assert stack.explained(layout, found) == (
        "The engine was killed by signal 9. Run the command again to continue."
    )
