"""Create, read, update and delete, whatever the type: partial failures, time limits, cancel."""

from __future__ import annotations

import threading
import time

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from localcloud.engine import programs
from localcloud.provider.table import table
from localcloud.provider.values import Archive, Asset
from tests.localcloud.provider.examples.documents import trust
from tests.localcloud.provider.examples.lambda_ import function
from tests.localcloud.provider.stage import Stage

QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
ROLE = "aws:iam/role:Role"
FUNCTION = "aws:lambda/function:Function"
CODE = {
    "role": "arn:aws:iam::000000000000:role/any",
    "runtime": "python3.11",
    "handler": "a.b",
}
GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_a_preview_of_an_update_keeps_what_aws_has_chosen(stage):
    made = stage.create(QUEUE, {"delaySeconds": 1}, name="chosen")

    planned = stage.update(made, {**made.inputs, "delaySeconds": 2}, preview=True).outputs
    without = dict(made.inputs)
    del without["delaySeconds"]
    dropped = stage.update(made, without, preview=True).outputs

    assert (planned["delaySeconds"], planned["visibilityTimeoutSeconds"]) == (2, 30)
    assert "delaySeconds" not in dropped
    stage.delete(made)


def test_an_object_that_is_gone_is_deleted_without_complaint(stage):
    made = stage.create(TOPIC, {}, name="gone")

    stage.delete(made)
    stage.delete(made)

    assert stage.read(made) is None


def init_failure(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed:
    metadata = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    found = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(found)
    return found


def test_an_object_that_is_made_half_is_kept_and_the_next_update_finishes_it(stage):
    document = trust()
    inputs = {
        "assumeRolePolicy": document,
        "managedPolicyArns": ["arn:aws:iam::000000000000:policy/none"],
    }

    with pytest.raises(grpc.RpcError) as caught:
        stage.create(ROLE, inputs, name="half")

    failure = init_failure(caught.value)
    made = stage.create(ROLE, {"assumeRolePolicy": document}, name="whole")
    made.id = failure.id
    made.inputs["managedPolicyArns"] = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    repaired = stage.update(made, made.inputs)
    assert "does not exist" in failure.reasons[0]
    assert repaired.outputs["managedPolicyArns"] == made.inputs["managedPolicyArns"]
    stage.delete(repaired)


def test_a_relative_path_starts_in_the_folder_of_the_program(provider, layout, shared, tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    code = {"note.txt": Asset(hash="1", path="note.txt"), "a.py": Asset(hash="2", text="")}
    inputs = {**function(shared), "code": Archive(hash="3", assets=code)}
    stage = Stage(provider, engine_address="127.0.0.1:9")

    with programs.running(layout, "127.0.0.1:9", programs.Program(str(tmp_path))):
        made = stage.create(FUNCTION, inputs, name="relative")

    assert made.outputs["codeSha256"]
    stage.delete(made)
    stage.close()


def test_a_missing_file_is_named_with_its_path(provider, layout, tmp_path):
    stage = Stage(provider, engine_address="127.0.0.1:9")
    missing = {**CODE, "code": Archive(hash="1", path="./missing")}

    with (
        programs.running(layout, "127.0.0.1:9", programs.Program(str(tmp_path))),
        pytest.raises(grpc.RpcError) as caught,
    ):
        stage.create(FUNCTION, missing, name="missing")

    assert f"./missing does not exist: looked for {tmp_path}" in caught.value.details()
    stage.close()


def test_a_relative_path_is_refused_where_the_folder_of_the_program_is_unknown(stage):
    inputs = {**CODE, "code": Archive(hash="1", path=".")}

    with pytest.raises(grpc.RpcError) as caught:
        stage.create(FUNCTION, inputs, name="anywhere")

    assert ". is relative and the folder of the program is not known" in caught.value.details()


@pytest.fixture
def slow(monkeypatch):
    """Give log groups a state in which they stay for ever."""
    row = table().rows[GROUP]

    def wait_until_ready(context) -> None:
        context.wait("the log group", lambda: False)

    object.__setattr__(row, "wait_until_ready", wait_until_ready)
    yield
    object.__setattr__(row, "wait_until_ready", None)


def test_a_time_limit_of_the_program_is_kept(stage, slow):
    with pytest.raises(grpc.RpcError) as caught:
        stage.create(GROUP, {}, name="slow", timeout=0.3)

    assert "for the log group" in init_failure(caught.value).reasons[0]


def test_cancel_ends_the_waiting_of_its_own_connection_only(provider, stage, slow):
    other = Stage(provider)
    failures: list[str] = []

    def create() -> None:
        try:
            stage.create(GROUP, {}, name="cancelled", timeout=20)
        except grpc.RpcError as error:
            failures.append(error.details())

    waiting = threading.Thread(target=create)
    waiting.start()
    time.sleep(0.3)
    other.provider.Cancel(empty_pb2.Empty())
    waiting.join(0.3)
    assert waiting.is_alive()
    stage.provider.Cancel(empty_pb2.Empty())
    waiting.join(5)

    assert failures == ["cancelled while waiting for the log group"]
    other.close()
