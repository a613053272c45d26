"""Changes and deletes of several calls: what the contract test does not show."""

from __future__ import annotations

import json

import pytest

from localcloud.provider.values import UNKNOWN, unwrap_secrets
from tests.localcloud.provider.examples.documents import allow, trust
from tests.localcloud.provider.examples.lambda_ import FUNCTION, archive, function
from tests.localcloud.provider.examples.lb import TARGETS, targets

QUEUE = "aws:sqs/queue:Queue"
ROLE = "aws:iam/role:Role"
SECRET = "aws:secretsmanager/secret:Secret"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
TOPIC = "aws:sns/topic:Topic"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


def test_a_role_whose_policy_is_gone_already_is_deleted_all_the_same(shared, api):
    policies = [{"name": "own", "policy": allow("s3:GetObject", principal=None)}]
    inputs = {"assumeRolePolicy": trust(), "inlinePolicies": policies}
    made = shared.create(ROLE, inputs, name="stripped")
    client = api("iam")
    client.delete_role_policy(RoleName=made.id, PolicyName="own")

    shared.delete(made)

    with pytest.raises(client.exceptions.NoSuchEntityException):
        client.get_role(RoleName=made.id)


@pytest.mark.parametrize(("type_", "action"), [(TOPIC, "sns:Publish"), (QUEUE, "sqs:SendMessage")])
def test_a_policy_stays_when_the_program_drops_it(shared, type_, action):
    made = shared.create(type_, {"policy": allow(action)}, name="governed")

    made = shared.update(made, shared.changed(made, {"policy": None}))

    assert json.loads(made.outputs["policy"]) == json.loads(allow(action))
    shared.delete(made)


def test_a_filter_is_read_in_the_scope_that_comes_with_it(shared, api):
    topic = shared.create(TOPIC, {}, name="scoped")
    queue = shared.create(QUEUE, {}, name="scoped")
    inputs = {"topic": topic.id, "protocol": "sqs", "endpoint": queue.outputs["arn"]}
    flat = {"filterPolicy": '{"kind": ["order"]}', "rawMessageDelivery": True}
    made = shared.create(SUBSCRIPTION, {**inputs, **flat}, name="scoped")

    made = shared.update(made, shared.changed(made, {"filterPolicyScope": "MessageBody"}))
    api("sns").publish(TopicArn=topic.id, Message='{"kind": "order"}')
    nested = {"filterPolicy": '{"order": {"kind": ["new"]}}'}
    made = shared.update(made, shared.changed(made, nested))
    api("sns").publish(TopicArn=topic.id, Message='{"order": {"kind": "new"}}')
    gone = {"filterPolicy": None, "filterPolicyScope": None}
    made = shared.update(made, shared.changed(made, gone))
    api("sns").publish(TopicArn=topic.id, Message="all")

    received = api("sqs").receive_message(QueueUrl=queue.id, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in received] == [
        '{"kind": "order"}',
        '{"order": {"kind": "new"}}',
        "all",
    ]


def test_what_a_health_check_no_longer_says_is_set_back(shared, api):
    check = {"path": "/health", "interval": 10, "healthyThreshold": 2, "port": "8081"}
    sticky = {"type": "lb_cookie", "cookieDuration": 60}
    made = shared.create(
        TARGETS, {**targets(shared), "healthCheck": check, "stickiness": sticky}, name="unwell"
    )
    less = {"healthCheck": {"path": "/"}, "stickiness": {"type": "lb_cookie"}}

    made = shared.update(made, shared.changed(made, less))

    client = api("elbv2")
    [found] = client.describe_target_groups(TargetGroupArns=[made.id])["TargetGroups"]
    attributes = client.describe_target_group_attributes(TargetGroupArn=made.id)["Attributes"]
    assert found["HealthCheckIntervalSeconds"] == 30
    assert (found["HealthyThresholdCount"], found["HealthCheckPort"]) == (3, "traffic-port")
    assert {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "86400"} in attributes
    shared.delete(made)


def test_the_hash_of_a_function_follows_its_code(shared):
    made = shared.create(FUNCTION, function(shared), name="hashed")
    news = shared.changed(made, {"code": archive("def handler(event, context): return 2\n")})

    planned = shared.update(made, news, preview=True)
    changed = shared.update(made, news)

    assert planned.outputs["sourceCodeHash"] == UNKNOWN
    assert changed.outputs["sourceCodeHash"] == changed.outputs["codeSha256"]
    assert changed.outputs["sourceCodeHash"] != made.outputs["sourceCodeHash"]
    shared.delete(changed)


def test_a_stage_moves_to_the_version_that_names_it(shared, api):
    secret = shared.create(SECRET, {}, name="staged").id
    versions = [
        shared.create(
            VERSION,
            {"secretId": secret, "secretString": text, "versionStages": [text]},
            name=text,
        )
        for text in ("blue", "green")
    ]
    blue, green = versions

    seen = shared.diff(green, shared.changed(green, {"versionStages": ["blue", "AWSCURRENT"]}))
    green = shared.update(green, shared.changed(green, {"versionStages": ["blue", "AWSCURRENT"]}))

    assert list(seen.replaces) == []
    known = api("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"]
    assert sorted(known[green.id.split("|")[1]]) == ["AWSCURRENT", "blue"]
    assert unwrap_secrets(shared.read(green).inputs) == unwrap_secrets(green.inputs)
    assert "blue" not in known.get(blue.id.split("|")[1], [])


def test_a_secret_goes_back_to_the_version_before(shared, api):
    secret = shared.create(SECRET, {}, name="back").id
    blue, green = (
        shared.create(VERSION, {"secretId": secret, "secretString": text}, name=text)
        for text in ("blue-back", "green-back")
    )

    shared.update(blue, shared.changed(blue, {"versionStages": ["AWSCURRENT"]}))

    known = api("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"]
    assert known[blue.id.split("|")[1]] == ["AWSCURRENT"]
    assert known[green.id.split("|")[1]] == ["AWSPREVIOUS"]
