"""Check and Diff, whatever the type."""

from __future__ import annotations

import pytest

from localcloud.provider.values import UNKNOWN, Secret
from tests.localcloud.provider.stage import Stage, all_examples

QUEUE = "aws:sqs/queue:Queue"


def test_an_input_that_only_aws_has_is_refused_here_and_allowed_in_a_plan(stage, planner):
    inputs = {"requestPayer": "Requester"}
    plan = Stage(planner, stack="prod")

    _, here = stage.check("aws:s3/bucket:Bucket", inputs)
    _, there = plan.check("aws:s3/bucket:Bucket", inputs)

    assert "is not supported by the local cloud" in here["requestPayer"]
    assert there == {}
    plan.close()


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        ("aws:lb/loadBalancer:LoadBalancer", {"subnets": ["subnet-1", "subnet-2"]}),
        ("aws:apigatewayv2/api:Api", {"protocolType": "HTTP"}),
    ],
)
def test_what_is_served_in_one_region_is_refused_in_others(stage, planner, type_, inputs):
    plan = Stage(planner, stack="prod")
    inputs = {**inputs, "region": "us-west-2"}

    _, here = stage.check(type_, inputs)
    _, there = plan.check(type_, inputs)

    assert here["region"].startswith("is us-west-2: the local cloud serves")
    assert "in eu-west-1 only: set aws:region to it" in here["region"]
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
    ("path", "value"),
    [
        ("alarms", {"alarmNames": ["errors"], "enable": True, "rollback": True}),
        ("deploymentConfiguration.bakeTimeInMinutes", "1"),
        ("deploymentConfiguration.strategy", "BLUE_GREEN"),
        ("loadBalancers.advancedConfiguration", {"alternateTargetGroupArn": "arn"}),
        ("serviceConnectConfiguration", {"enabled": True}),
        ("serviceRegistries", {"registryArn": "arn"}),
        ("sigintRollback", True),
        ("volumeConfiguration", {"name": "data"}),
        ("vpcLatticeConfigurations", [{"portName": "main"}]),
    ],
)
def test_settings_of_an_ecs_service_that_nothing_serves_are_refused(shared, path, value):
    type_ = "aws:ecs/service:Service"
    key, _, inner = path.partition(".")
    given = {inner: value} if inner else value
    given = [given] if key == "loadBalancers" else given

    _, failures = shared.check(type_, {**all_examples()[type_].inputs(shared), key: given})

    assert path.replace("loadBalancers", "loadBalancers[0]") in failures


def test_a_header_setting_of_a_listener_is_refused_also_where_it_is_false(shared):
    type_ = "aws:lb/listener:Listener"
    inputs = all_examples()[type_].inputs(shared)

    _, refused = shared.check(type_, {**inputs, "routingHttpResponseServerEnabled": False})
    _, accepted = shared.check(type_, {**inputs, "routingHttpResponseServerEnabled": True})

    assert "routingHttpResponseServerEnabled" in refused
    assert accepted == {}


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


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", '{"Statement":[{"Action":"sqs:*","Resource":"*"}],"Version":"2012-10-17"}'),
        (UNKNOWN, UNKNOWN),
        (
            Secret("*"),
            Secret('{"Statement":[{"Action":"sqs:*","Resource":"*"}],"Version":"2012-10-17"}'),
        ),
    ],
)
@pytest.mark.parametrize(
    "type_", ["aws:iam/userPolicy:UserPolicy", "aws:iam/rolePolicy:RolePolicy"]
)
def test_a_policy_that_is_an_object_becomes_json(stage, type_, resource, expected):
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Action": "sqs:*", "Resource": resource}],
    }

    checked, _ = stage.check(type_, {"policy": document})

    assert checked["policy"] == expected


def test_the_keys_of_a_map_are_validated(shared):
    type_ = "aws:lambda/function:Function"
    variables = {"TABLE": "orders", "T": "too short for Lambda"}
    inputs = {**all_examples()[type_].inputs(shared), "environment": {"variables": variables}}

    _, failures = shared.check(type_, inputs)

    assert set(failures) == {"environment.variables.T"}
