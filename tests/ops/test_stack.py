"""The stack `local`: its state, and what its errors mean."""

import json

import pytest
from pulumi.automation.errors import CommandError as EngineError

from ops import environment, stack, wrapper
from ops.errors import CommandError


def test_the_state_is_read_without_the_engine(layout, save_deployment):
    latest = {"resources": [{"urn": "u", "type": "t"}]}
    save_deployment(latest)

    assert stack.exists(layout)
    assert stack.checkpoint(layout) == latest


@pytest.mark.parametrize("file", ["state.sqlite", "state/.pulumi/stacks/bulkhead/local.json"])
def test_a_state_that_cannot_be_read_is_named_with_the_way_out(layout, file):
    path = layout.pulumi / file
    path.parent.mkdir(parents=True)
    path.write_text('{"version": 3, "checkpo')

    with pytest.raises(CommandError, match=rf"cannot be read.*{path}") as caught:
        stack.checkpoint(layout)

    assert "bulkhead destroy --force" in str(caught.value)


def test_a_lost_salt_is_restored_from_the_state(layout, built, save_deployment):
    provider = {"type": "passphrase", "state": {"salt": "v1:abc"}}
    save_deployment({"secrets_providers": provider})

    stack.prepare(layout, built, environment.local(layout, built))

    assert wrapper.salt_file(layout).read_text() == "encryptionsalt: v1:abc\n"
    credentials = json.loads((layout.pulumi / "home" / "credentials.json").read_text())
    assert (
        credentials["current"] == environment.local(layout, built).variables["PULUMI_BACKEND_URL"]
    )


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
    assert stack.explained(layout, error("error: [409] wait for it")) == "wait for it"


def test_an_engine_that_was_killed_is_named_as_such(layout):
    found = EngineError.__new__(EngineError)
    Exception.__init__(found, "\n code: -9\n stdout: Updating\n stderr: \n")

    assert stack.explained(layout, found) == (
        "The engine was killed by signal 9. Run the command again to continue."
    )
