"""What the engine may rely on, whatever the type."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import grpc
import pulumi_aws as aws_sdk
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from localcloud.layout import Layout
from localcloud.provider.server import ProviderSettings, start
from localcloud.provider.table import table
from localcloud.provider.values import UNKNOWN, Archive, Secret, to_struct, unwrap_secrets
from tests.localcloud.provider.examples.documents import trust
from tests.localcloud.provider.stage import Stage

QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
ROLE = "aws:iam/role:Role"
FUNCTION = "aws:lambda/function:Function"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
GROUP = "aws:cloudwatch/logGroup:LogGroup"


@pytest.fixture
def stage(provider):
    found = Stage(provider, config={"region": "eu-west-1"})
    yield found
    found.close()


@pytest.fixture(scope="module")
def planner(aws, tmp_path_factory):
    home = tmp_path_factory.mktemp("plan")
    settings = ProviderSettings(
        layout=Layout(home), port=0, mode="plan", endpoint=aws, project_directory=home
    )
    server, port = start(settings)
    yield port
    server.stop(grace=None).wait()


def autonaming(mode: int, name: str = "") -> dict:
    options = provider_pb2.CheckRequest.AutonamingOptions(mode=mode, proposed_name=name)
    return {"autonaming": options}


def test_a_name_is_made_of_the_resources_name_and_the_seed(stage):
    first, _ = stage.check(QUEUE, {}, name="orders", seed=b"one")
    again, _ = stage.check(QUEUE, {}, name="orders", seed=b"one")
    other, _ = stage.check(QUEUE, {}, name="orders", seed=b"two")

    assert first["name"].startswith("orders-")
    assert len(first["name"]) == len("orders-") + 7
    assert first["name"] == again["name"] != other["name"]
    assert first["__defaults"] == ["name"]


def test_a_made_name_is_kept_and_a_given_one_is_not_a_made_one(stage):
    olds, _ = stage.check(QUEUE, {}, seed=b"one")

    kept, _ = stage.check(QUEUE, {}, olds, seed=b"two")
    given, _ = stage.check(QUEUE, {"name": "mine"}, olds)

    assert kept["name"] == olds["name"]
    assert (given["name"], given.get("__defaults")) == ("mine", None)


def test_names_follow_pulumis_autonaming(stage):
    proposed, _ = stage.check(QUEUE, {"fifoQueue": True}, **autonaming(0, "shop-orders-1a"))
    enforced, _ = stage.check(QUEUE, {}, **autonaming(1, "orders"))
    _, disabled = stage.check(QUEUE, {}, **autonaming(2))

    assert proposed["name"] == "shop-orders-1a.fifo"
    assert enforced["name"] == "orders"
    assert "autonaming is disabled" in disabled["name"]


def test_a_made_name_that_no_longer_fits_is_made_again(stage):
    standard, _ = stage.check(QUEUE, {}, seed=b"one")

    fifo, refused = stage.check(QUEUE, {"fifoQueue": True}, standard, seed=b"two")
    again, refused_again = stage.check(QUEUE, {}, fifo, seed=b"three")

    assert (refused, refused_again) == ({}, {})
    assert fifo["name"].endswith(".fifo")
    assert not again["name"].endswith(".fifo")


def test_a_name_that_is_too_long_for_its_type_is_refused(stage):
    _, failures = stage.check(
        "aws:lb/targetGroup:TargetGroup", {"port": 80}, **autonaming(0, "a" * 33)
    )

    assert "33 characters, and AWS allows 32" in failures["name"]


def test_default_tags_are_in_tags_all_only_and_own_tags_win(provider):
    defaults = {"owner": "shop", "stage": "local"}
    stage = Stage(provider, config={"defaultTags": json.dumps({"tags": defaults})})

    inputs, _ = stage.check(QUEUE, {"tags": {"owner": "orders"}})

    assert inputs["tags"] == {"owner": "orders"}
    assert inputs["tagsAll"] == {"owner": "orders", "stage": "local"}
    stage.close()


def test_unknown_and_secret_tags_make_tags_all_unknown_and_secret(stage):
    unknown, _ = stage.check(QUEUE, {"tags": UNKNOWN})
    secret, _ = stage.check(QUEUE, {"tags": {"a": Secret("hidden")}})

    assert unknown["tagsAll"] == UNKNOWN
    assert secret["tagsAll"] == Secret({"a": "hidden"})


def test_secrets_stay_secret_in_what_is_made_and_read(stage):
    made = stage.create(QUEUE, {"tags": {"a": Secret("hidden")}}, name="secret")
    found = stage.read(made)

    assert made.outputs["tags"]["a"] == Secret("hidden")
    assert isinstance(made.outputs["tagsAll"], Secret)
    assert found.outputs["tags"]["a"] == Secret("hidden")
    stage.delete(made)


def test_several_connections_have_their_own_region(provider):
    stages = [Stage(provider, config={"region": name}) for name in ("us-east-1", "eu-west-1")]

    made = [stage.create(QUEUE, {}, name="here") for stage in stages]
    tokyo = stages[0].create(QUEUE, {"region": "ap-northeast-1"}, name="there")

    regions = [item.outputs["arn"].split(":")[3] for item in (*made, tokyo)]
    assert regions == ["us-east-1", "eu-west-1", "ap-northeast-1"]
    for stage in stages:
        stage.close()


def test_ignored_tags_are_neither_sent_nor_read(provider, api):
    ignored = json.dumps({"keys": ["cost"], "keyPrefixes": ["team:"]})
    stage = Stage(provider, config={"region": "eu-west-1", "ignoreTags": ignored})
    inputs, _ = stage.check(QUEUE, {"tags": {"a": Secret("hidden"), "cost": "1"}})
    made = stage.create(QUEUE, {"tags": {"kind": "example"}}, name="ignoring")
    api("sqs").tag_queue(QueueUrl=made.id, Tags={"cost": "2", "team:of": "orders"})

    found = stage.read(made)

    assert inputs["tagsAll"] == Secret({"a": "hidden"})
    assert found.inputs == made.inputs
    assert found.outputs["tags"] == found.outputs["tagsAll"] == {"kind": "example"}
    stage.close()


@pytest.mark.parametrize(
    "call",
    [
        lambda stage: stage.check(QUEUE, {}),
        lambda stage: stage.invoke("aws:index/getRegion:getRegion"),
        lambda stage: stage.preview(QUEUE, {}),
    ],
)
def test_an_engine_from_before_a_restart_is_told_to_run_again(stage, call):
    stage.provider.Handshake(provider_pb2.ProviderHandshakeRequest())

    with pytest.raises(grpc.RpcError) as caught:
        call(stage)

    assert caught.value.details() == (
        "the local cloud was restarted during the deployment: run the command again"
    )


def test_a_type_that_is_not_in_the_table_is_refused_by_name(stage):
    with pytest.raises(grpc.RpcError) as caught:
        stage.check("aws:xray/group:Group", {})

    assert "aws:xray/group:Group is not supported by the local cloud" in caught.value.details()


def test_a_function_that_is_not_in_the_table_is_refused_by_name(stage):
    with pytest.raises(grpc.RpcError) as caught:
        stage.invoke("aws:ec2/getAmi:getAmi")

    assert "aws:ec2/getAmi:getAmi is not supported" in caught.value.details()


def test_a_stack_that_is_not_local_is_refused(provider):
    with pytest.raises(grpc.RpcError) as caught:
        Stage(provider, stack="prod")

    assert 'takes only the stack "local", this is "prod"' in caught.value.details()


def test_a_provider_for_another_account_is_refused(provider):
    with pytest.raises(grpc.RpcError) as caught:
        Stage(provider, config={"allowedAccountIds": '["111111111111"]'})

    assert "111111111111" in caught.value.details()


def test_a_plan_answers_previews_of_any_stack_and_changes_nothing(planner):
    stage = Stage(planner, stack="prod", config={"allowedAccountIds": '["111111111111"]'})
    made = stage.preview(QUEUE, {"delaySeconds": 5})

    with pytest.raises(grpc.RpcError) as created:
        stage.create(QUEUE, {})

    assert (made["delaySeconds"], made["arn"]) == (5, UNKNOWN)
    assert "plan mode" in created.value.details()
    identity = stage.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert identity["accountId"] == "111111111111"
    stage.close()


def test_an_input_that_only_aws_has_is_refused_here_and_allowed_in_a_plan(stage, planner):
    inputs = {"corsRules": [{"allowedMethods": ["GET"], "allowedOrigins": ["*"]}]}
    plan = Stage(planner, stack="prod")

    _, here = stage.check("aws:s3/bucket:Bucket", inputs)
    _, there = plan.check("aws:s3/bucket:Bucket", inputs)

    assert "is not supported by the local cloud" in here["corsRules"]
    assert there == {}
    plan.close()


def test_paths_in_an_input_are_refused_like_inputs(stage):
    rewrite = {"type": "url-rewrite"}
    inputs = {
        "listenerArn": "arn",
        "actions": [{"type": "forward", "targetGroupArn": "arn"}],
        "conditions": [{"pathPattern": {"regexValues": ["/orders/.*"]}}],
        "transforms": [rewrite],
    }

    _, failures = stage.check("aws:lb/listenerRule:ListenerRule", inputs)

    assert set(failures) == {"conditions[0].pathPattern.regexValues", "transforms"}


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (QUEUE, {"name": Secret("hunter 2")}),
        (VERSION, {"secretId": "arn", "secretString": "hunter 2" * 10_000}),
        ("aws:rds/cluster:Cluster", {"engine": "mysql", "masterPassword": ["hunter 2"]}),
    ],
)
def test_no_failure_shows_a_secret(stage, type_, inputs):
    _, failures = stage.check(type_, inputs)

    assert failures
    assert "hunter" not in str(failures)


def test_a_preview_of_an_update_keeps_what_aws_has_chosen(stage):
    made = stage.create(QUEUE, {"delaySeconds": 1}, name="chosen")

    planned = stage.update(made, {**made.inputs, "delaySeconds": 2}, preview=True).outputs
    without = dict(made.inputs)
    del without["delaySeconds"]
    dropped = stage.update(made, without, preview=True).outputs

    assert (planned["delaySeconds"], planned["visibilityTimeoutSeconds"]) == (2, 30)
    assert "delaySeconds" not in dropped
    stage.delete(made)


def test_a_change_of_a_fixed_property_replaces_and_a_given_name_goes_first(stage):
    automatic = stage.create(QUEUE, {"fifoQueue": False}, name="automatic")
    given = stage.create(QUEUE, {"name": "given"}, name="given")

    first = stage.diff(automatic, stage.changed(automatic, {"name": "other"}))
    second = stage.diff(given, stage.changed(given, {"name": "given.fifo", "fifoQueue": True}))
    third = stage.diff(given, {**given.inputs, "region": "us-east-1"})

    assert (list(first.replaces), first.deleteBeforeReplace) == (["name"], False)
    assert sorted(second.replaces) == ["fifoQueue", "name"]
    assert (list(third.replaces), third.deleteBeforeReplace) == (["region"], True)


def test_an_ignored_change_is_no_change(stage):
    made = stage.create(QUEUE, {"delaySeconds": 1}, name="ignored")

    found = stage.diff(made, {**made.inputs, "delaySeconds": 2}, ignoreChanges=["delaySeconds"])

    assert found.changes == found.DIFF_NONE


def test_documents_are_compared_by_meaning(stage):
    one = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["a:B"]}]}'
    other = '{"Statement":{"Action":"a:B","Effect":"Allow"},"Version":"2012-10-17"}'
    made = stage.create(QUEUE, {}, name="meaning")
    made.inputs["policy"] = one

    found = stage.diff(made, {**made.inputs, "policy": other})

    assert found.changes == found.DIFF_NONE


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
    inputs = {"assumeRolePolicy": document, "managedPolicyArns": ["arn:aws:iam::aws:policy/None"]}

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


def test_a_relative_path_is_looked_up_in_the_project(stage):
    role = "arn:aws:iam::000000000000:role/any"
    inputs = {"role": role, "runtime": "python3.11", "handler": "a.b"}
    missing = {**inputs, "code": Archive(hash="1", path="./missing")}

    with pytest.raises(grpc.RpcError) as caught:
        stage.create(FUNCTION, missing, name="missing")

    assert "./missing does not exist: looked for" in caught.value.details()


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


def test_functions_answer_in_the_form_of_the_sdk(stage):
    region = stage.invoke("aws:index/getRegion:getRegion")
    identity = stage.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    partition = stage.invoke("aws:index/getPartition:getPartition")
    zones = stage.invoke(
        "aws:index/getAvailabilityZones:getAvailabilityZones", {"state": "available"}
    )

    assert (region["region"], identity["accountId"]) == ("eu-west-1", "000000000000")
    assert partition["partition"] == "aws"
    assert zones["names"][:2] == ["eu-west-1a", "eu-west-1b"]
    assert aws_sdk.GetCallerIdentityResult(
        account_id=identity["accountId"],
        arn=identity["arn"],
        id=identity["id"],
        user_id=identity["userId"],
    )


def test_a_policy_document_is_made_and_a_secret_argument_keeps_it_secret(stage):
    statement = {"actions": ["s3:GetObject"], "resources": ["*"], "sid": "Read"}
    token = "aws:iam/getPolicyDocument:getPolicyDocument"

    found = stage.invoke(token, {"statements": [statement]})
    secret = stage.invoke(token, {"statements": [{**statement, "sid": Secret("Read")}]})

    assert json.loads(found["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        ],
    }
    assert secret["json"] == Secret(found["json"])
    assert unwrap_secrets(secret)["minifiedJson"] == found["minifiedJson"]


def test_a_changed_region_replaces_the_provider(stage):
    found = stage.provider.DiffConfig(
        provider_pb2.DiffRequest(
            urn=stage.urn("pulumi:providers:aws", "default"),
            old_inputs=to_struct({"region": "eu-west-1"}),
            news=to_struct({"region": "us-east-1"}),
        )
    )

    assert list(found.replaces) == ["region"]


def test_a_port_that_is_taken_is_named(provider, aws):
    settings = ProviderSettings(
        layout=Layout(Path()), port=provider, mode="live", endpoint=aws, project_directory=Path()
    )

    with pytest.raises(OSError, match=f"port {provider} on 127.0.0.1 is in use"):
        start(settings)
