"""Programs in other folders have states of their own, and secrets that the service encrypts."""

import base64
import contextlib
import json
from pathlib import Path

import pytest
from werkzeug.test import Client as WsgiClient

from localcloud.backend import credentials, foreign
from localcloud.backend.server import Applications
from localcloud.backend.store import Store
from localcloud.layout import Layout

STACK = "/api/stacks/organization/site/local"
QUEUE = {"urn": "urn:pulumi:local::site::aws:sqs/queue:Queue::q", "type": "aws:sqs/queue:Queue"}


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path / "home")


@pytest.fixture
def register(layout, tmp_path):
    """Register a program in a folder; return it."""

    def made(name):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        program = foreign.of(layout, folder)
        foreign.register(layout, program)
        return program

    return made


@pytest.fixture
def served(layout):
    found = Applications(layout)
    yield found
    found.close()


@pytest.fixture
def call(served, layout):
    """Send a request to the state of a program; without one, to that of the checkout."""

    def sent(program, method, path, body=None):
        prefix = f"{foreign.PREFIX}{program.home.name}" if program else ""
        headers = {
            "Host": "127.0.0.1",
            "Authorization": f"token {credentials.token(layout)}",
        }
        data = json.dumps(body) if body is not None else None
        return WsgiClient(served).open(prefix + path, method=method, data=data, headers=headers)

    return sent


def coded(text):
    return base64.b64encode(text.encode()).decode()


def test_programs_with_one_project_name_have_states_of_their_own(call, register):
    first, second = register("a/site"), register("b/site")

    created = call(first, "POST", "/api/stacks/organization/site", {"stackName": "local"})

    assert created.status_code == 200
    assert call(first, "GET", STACK).status_code == 200
    assert call(second, "POST", f"{STACK}/update", {}).status_code == 404
    assert call(None, "DELETE", STACK).status_code == 404


def test_the_stack_of_another_program_can_be_read(call, register):
    owner, reader = register("a/site"), register("b/shop")
    call(owner, "POST", "/api/stacks/organization/site", {"stackName": "local"})

    found = [call(one, "GET", f"{STACK}/export").status_code for one in (reader, None)]

    assert found == [200, 200]
    assert call(reader, "GET", STACK).json["projectName"] == "site"


def test_a_stack_that_two_programs_have_is_not_guessed(call, register):
    for name in ("a/site", "b/site"):
        project = "/api/stacks/organization/site"
        call(register(name), "POST", project, {"stackName": "local"})

    answer = call(register("c/shop"), "GET", f"{STACK}/export")

    assert answer.status_code == 409
    assert answer.json["message"] == "2 folders have a stack local of the project site"


def test_a_program_that_is_registered_while_the_service_runs_is_served(call, register):
    assert call(None, "GET", STACK).status_code == 404

    assert call(register("site"), "GET", "/api/user").status_code == 200


def test_a_state_that_nobody_registered_is_not_found(call, layout):
    unknown = foreign.of(layout, Path("/nowhere"))

    assert call(unknown, "GET", "/api/user").status_code == 404
    assert not unknown.home.exists()


def test_secrets_are_encrypted_and_read_again(call, register):
    program = register("site")
    call(program, "POST", "/api/stacks/organization/site", {"stackName": "local"})

    one = call(program, "POST", f"{STACK}/encrypt", {"plaintext": coded("hunter2")}).json
    many = call(program, "POST", f"{STACK}/batch-encrypt", {"plaintexts": [coded("a"), ""]}).json
    sent = [one["ciphertext"], *many["ciphertexts"]]
    back = call(program, "POST", f"{STACK}/batch-decrypt", {"ciphertexts": sent}).json
    alone = call(program, "POST", f"{STACK}/decrypt", one).json

    assert "hunter2" not in base64.b64decode(one["ciphertext"]).decode()
    assert [back["plaintexts"][each] for each in sent] == [coded("hunter2"), coded("a"), ""]
    assert alone == {"plaintext": coded("hunter2")}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (coded("v1:of another environment"), "not encrypted by this local environment"),
        ("%", "not encoded with base64"),
        (None, "not encrypted by this local environment"),
    ],
)
def test_a_value_that_cannot_be_decrypted_is_refused_with_what_to_do(call, register, value, says):
    program = register("site")
    call(program, "POST", "/api/stacks/organization/site", {"stackName": "local"})

    answer = call(program, "POST", f"{STACK}/decrypt", {"ciphertext": value})

    assert answer.status_code == 400
    assert says in answer.json["message"]


def test_the_key_and_the_token_are_private(layout, register, call):
    call(register("site"), "GET", "/api/user")

    assert (layout.pulumi / "secrets-key").stat().st_mode & 0o077 == 0


def test_the_cli_has_credentials_for_every_state(layout, register):
    programs = [register("a/site"), register("b/site")]

    found = json.loads((credentials.home(layout) / "credentials.json").read_text())

    assert found["current"] == credentials.url(layout)
    assert found["accounts"].keys() == {
        credentials.url(layout),
        *(one.url(layout) for one in programs),
    }


def test_an_object_of_another_program_is_not_adopted(served, layout, register):
    owner, other = register("a/site"), register("b/site")
    deployment = {"resources": [{**QUEUE, "id": "q-1"}]}
    with contextlib.closing(Store(owner.state)) as store:
        store.create_stack("site", "local", {}, {"version": 3, "deployment": deployment})
    with contextlib.closing(Store(other.state)) as store:
        store.create_stack("site", "local", {}, {"version": 3, "deployment": {}})

    updates = served.updates_of(other.home.name)
    stack = updates.store.stack("site", "local")

    assert updates.is_elsewhere(stack, QUEUE["type"], "q-1")
    assert not updates.is_elsewhere(stack, QUEUE["type"], "q-2")
