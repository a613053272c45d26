"""Requests that the provider rejects as a whole."""

from __future__ import annotations

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from localcloud.layout import Layout
from localcloud.provider.cloud import Cloud
from localcloud.provider.server import ProviderSettings, start
from localcloud.provider.values import UNKNOWN, to_struct
from tests.localcloud.provider.stage import Stage

QUEUE = "aws:sqs/queue:Queue"


def test_several_connections_have_their_own_region(provider):
    stages = [Stage(provider, config={"region": name}) for name in ("us-east-1", "eu-west-1")]

    made = [stage.create(QUEUE, {}, name="here") for stage in stages]
    tokyo = stages[0].create(QUEUE, {"region": "ap-northeast-1"}, name="there")

    regions = [item.outputs["arn"].split(":")[3] for item in (*made, tokyo)]
    assert regions == ["us-east-1", "eu-west-1", "ap-northeast-1"]
    for stage in stages:
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


def test_a_function_that_is_not_in_the_table_is_refused_by_name(stage):
    with pytest.raises(grpc.RpcError) as caught:
        stage.invoke("aws:glue/getConnection:getConnection")

    assert "aws:glue/getConnection:getConnection is not supported" in caught.value.details()


def test_a_stack_that_is_not_local_is_refused(provider):
    with pytest.raises(grpc.RpcError) as caught:
        Stage(provider, stack="prod")

    assert 'takes only the stack "local", this is "prod"' in caught.value.details()


def test_a_provider_for_another_account_is_refused(provider):
    with pytest.raises(grpc.RpcError) as caught:
        Stage(provider, config={"allowedAccountIds": '["111111111111"]'})

    assert "111111111111" in caught.value.details()


def test_a_provider_for_an_unknown_region_is_refused(provider):
    with pytest.raises(grpc.RpcError) as caught:
        Stage(provider, config={"region": "mars-1"})

    assert 'is "mars-1", which is not an AWS Region' in caught.value.details()


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


def test_a_changed_region_replaces_the_provider(stage):
    found = stage.provider.DiffConfig(
        provider_pb2.DiffRequest(
            urn=stage.urn("pulumi:providers:aws", "default"),
            old_inputs=to_struct({"region": "eu-west-1"}),
            news=to_struct({"region": "us-east-1"}),
        )
    )

    assert list(found.replaces) == ["region"]


def test_a_port_that_is_taken_is_named(provider, aws, tmp_path):
    settings = ProviderSettings(
        layout=Layout(tmp_path), port=provider, mode="live", project_directory=tmp_path
    )

    with pytest.raises(OSError, match=f"port {provider} on 127.0.0.1 is in use"):
        start(settings, Cloud(aws))
