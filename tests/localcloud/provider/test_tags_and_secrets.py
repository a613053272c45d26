"""Default tags, ignored tags, and secrets in inputs and outputs."""

from __future__ import annotations

import json

import pytest

from localcloud.provider.values import UNKNOWN, Secret
from tests.localcloud.provider.stage import Stage

QUEUE = "aws:sqs/queue:Queue"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


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
