"""The state service serves the Pulumi CLI, and rejects requests without its token."""

import gzip
import json

import pytest

from localcloud.backend.document import EMPTY
from localcloud.backend.owner import Process
from localcloud.backend.service import application
from localcloud.backend.store import Store
from localcloud.backend.updates import Updates
from localcloud.engine.creations import Creation

TOKEN = "secret"
STACK = "/api/stacks/organization/shop/local"
URN = "urn:pulumi:local::shop::aws:sqs/queue:Queue::orders"
GONE = Process(2**22 + 1, 0.0)


class Client:
    """Sends requests as the CLI does."""

    def __init__(self, app):
        self._client = app.test_client()

    def __call__(self, method, path, body=None, *, update="", code=None, **headers):
        sent = {"Host": "127.0.0.1", "Authorization": f"token {TOKEN}"}
        if update:
            sent["Authorization"] = f"update-token {update}"
        sent |= headers
        data = json.dumps(body) if body is not None else None
        base = {"REMOTE_PORT": "1"}
        answer = self._client.open(path, method=method, data=data, headers=sent, environ_base=base)
        assert answer.status_code == code or (code is None and answer.status_code < 300), (
            answer.text
        )
        return answer.json if answer.data else None


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "state.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def made():
    """What the provider created, by URN."""
    return {}


@pytest.fixture
def owner(monkeypatch):
    """The process that every request comes from."""
    current = {"process": Process.current()}
    monkeypatch.setattr("localcloud.backend.owner.of_connection", lambda _port: current["process"])
    return current


@pytest.fixture
def call(store, made, owner):
    updates = Updates(store, lambda urn, _since: made.get(urn, Creation()))
    client = Client(application(store, updates, TOKEN))
    client("POST", "/api/stacks/organization/shop", {"stackName": "local", "tags": {"a": "b"}})
    return client


def begin(call, kind="update", code=None):
    """Start an update; return its path and its token."""
    program = {"metadata": {"message": "more queues"}, "options": {}}
    update = call("POST", f"{STACK}/{kind}", program)["updateID"]
    path = f"{STACK}/update/{update}"
    started = call("POST", path, {"journalVersion": 2}, code=code)
    return path, started.get("token")


def entry(number, kind, **more):
    return {"version": 1, "kind": kind, "sequenceID": number, "operationID": 1, **more}


QUEUE = {"urn": URN, "type": "aws:sqs/queue:Queue", "custom": True, "inputs": {"name": "orders"}}
BEGIN = entry(1, 0, operation={"type": "creating", "resource": QUEUE})
SUCCESS = entry(2, 1, state={**QUEUE, "id": "q"})


def exported(call):
    return call("GET", f"{STACK}/export")["deployment"]


def test_an_update_is_saved_entry_by_entry_and_ends_with_a_whole_state(call):
    path, token = begin(call)
    call("PATCH", f"{path}/journalentries", {"entries": [BEGIN]}, update=token)
    during = exported(call)
    call("PATCH", f"{path}/journalentries", {"entries": [SUCCESS]}, update=token)
    events = {"events": [{"summaryEvent": {"resourceChanges": {"create": 1}}}]}
    call("POST", f"{path}/events/batch", events, update=token)
    agent = {"User-Agent": "pulumi-cli/1 (v3.259.0; linux)"}
    call("POST", f"{path}/complete", {"status": "succeeded"}, update=token, **agent)
    call("POST", f"{path}/complete", {"status": "succeeded"}, update=token, **agent)

    assert during["pending_operations"] == [BEGIN["operation"]]
    after = exported(call)
    assert after["resources"] == [SUCCESS["state"]]
    assert after["manifest"]["version"] == "v3.259.0"
    (last,) = call("GET", f"{STACK}/updates")["updates"]
    assert (last["result"], last["version"], last["message"]) == ("succeeded", 1, "more queues")
    assert last["resourceChanges"] == {"create": 1}


def test_entries_may_be_compressed(call):
    path, token = begin(call)
    body = gzip.compress(json.dumps({"entries": [BEGIN, SUCCESS]}).encode())

    answer = call._client.patch(
        f"{path}/journalentries",
        data=body,
        headers={
            "Host": "127.0.0.1",
            "Authorization": f"update-token {token}",
            "Content-Encoding": "gzip",
        },
    )

    assert answer.status_code == 204
    assert exported(call)["resources"] == [SUCCESS["state"]]


def test_a_running_update_holds_the_stack(call):
    begin(call)
    pid = Process.current().pid

    refused = begin(call, code=409)
    update = call("POST", f"{STACK}/update", {})["updateID"]
    answer = call("POST", f"{STACK}/update/{update}", {}, code=409)
    imported = call("POST", f"{STACK}/import", EMPTY, code=409)

    assert refused[1] is None
    assert answer["message"] == imported["message"]
    assert answer["message"] == (
        f"process {pid} is changing the stack local (update): wait for it, or stop it with Ctrl-C"
    )
    assert begin(call, "preview")[1]


def test_an_update_whose_process_is_gone_is_ended_by_the_next(call, made, owner):
    owner["process"] = GONE
    path, token = begin(call)
    call("PATCH", f"{path}/journalentries", {"entries": [BEGIN]}, update=token)
    made[URN] = Creation("q")
    owner["process"] = Process.current()

    created = call("POST", f"{STACK}/preview", {})

    assert created["messages"][0]["message"].startswith("Repaired the state of an interrupted run")
    (adopted,) = exported(call)["resources"]
    assert (adopted["id"], adopted["refreshBeforeUpdate"]) == ("q", True)
    late = call("PATCH", f"{path}/journalentries", {"entries": []}, update=token, code=403)
    assert late["message"] == "this update of the stack local was cancelled, or has ended"


def test_a_cancelled_update_cannot_change_the_state_any_more(call):
    assert call("GET", STACK)["activeUpdate"] == ""
    path, token = begin(call)
    active = call("GET", STACK)["activeUpdate"]
    call("POST", f"{path}/cancel")

    call("PATCH", f"{path}/journalentries", {"entries": [BEGIN]}, update=token, code=403)
    ended = call("POST", f"{path}/cancel", code=409)

    assert path.endswith(active)
    assert ended["message"] == "no update of the stack local is running"
    found = call("GET", STACK)
    assert found["activeUpdate"] == active  # without one, the CLI says "has never been updated"
    assert "currentOperation" not in found


def test_an_engine_without_a_journal_saves_whole_states(call):
    path, token = begin(call)
    state = {"version": 3, "deployment": {"resources": [SUCCESS["state"]]}}
    call("PATCH", f"{path}/checkpoint", {"isInvalid": False, **state}, update=token)
    call("POST", f"{path}/complete", {"status": "succeeded"}, update=token)

    assert exported(call)["resources"] == [SUCCESS["state"]]


def test_a_state_is_imported_and_a_stack_with_resources_is_deleted_only_by_force(call):
    state = {"version": 3, "deployment": {"resources": [SUCCESS["state"]]}}
    update = call("POST", f"{STACK}/import", state)["updateId"]

    assert call("GET", f"{STACK}/update/{update}")["status"] == "succeeded"
    assert call("GET", f"{STACK}/export") == state
    refused = call("DELETE", STACK, code=400)
    assert refused["message"] == "Bad Request: Stack still contains resources."
    assert call("GET", "/api/user/stacks")["stacks"][0]["resourceCount"] == 1
    call("DELETE", f"{STACK}?force=true")
    assert call("GET", "/api/user/stacks") == {"stacks": []}


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (("GET", f"{STACK}x", None), 404, "the project shop has no stack localx"),
        (("POST", "/api/stacks/organization/shop", {"stackName": "local"}), 409, "exists already"),
        (("POST", "/api/stacks/organization/shop", {}), 400, "the body has no 'stackName'"),
        (("POST", f"{STACK}/import", {}), 400, "the body has no `deployment`"),
        (("POST", f"{STACK}/import", []), 400, "the body is a list: expected a JSON object"),
        (("POST", f"{STACK}/encrypt", {}), 400, "has no secret settings"),
        (("GET", f"{STACK}/update/nosuch", None), 404, "has no update nosuch"),
        (("GET", f"{STACK}/export/1", None), 404, "does not serve GET"),
        (("PUT", f"{STACK}/config", {}), 404, "does not serve PUT"),
    ],
)
def test_what_is_wrong_or_not_served_is_named(call, request_, code, message):
    answer = call(*request_, code=code)

    assert answer["code"] == code
    assert message in answer["message"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Authorization": "token wrong"}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": f"update-token {TOKEN}x"}, 401),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_stranger_is_refused(call, headers, code):
    call("GET", f"{STACK}/export", code=code, **headers)


def test_an_entry_that_cannot_be_applied_is_refused_before_it_is_saved(call):
    path, token = begin(call)

    answer = call(
        "PATCH", f"{path}/journalentries", {"entries": [{**BEGIN, "version": 2}]},
        update=token, code=400,
    )  # fmt: skip

    assert "expected a kind from 0 to 9 and version 1" in answer["message"]
    assert "pending_operations" not in exported(call)


def test_the_history_is_kept_for_some_updates(call, store, monkeypatch):
    monkeypatch.setattr("localcloud.backend.store.UPDATES_KEPT", 3)
    for number in range(5):
        path, token = begin(call, "preview" if number % 2 else "update")
        call("POST", f"{path}/complete", {"status": "succeeded"}, update=token)

    assert [one["version"] for one in call("GET", f"{STACK}/updates")["updates"]] == [3, 2]
