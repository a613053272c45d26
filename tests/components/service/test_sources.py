"""Sources: what changes in a service's stores reaches its function, and nothing else may."""

from __future__ import annotations

import json

import pytest

from components.args import InvalidArgError
from components.microservice import Microservice
from spec.service import ServiceSpec
from stacks.artifacts import Artifacts, FunctionArchive
from stacks.compute import ComputeSettings
from stacks.context import ServiceContext
from stacks.deployment_target import DeploymentTarget
from stacks.from_spec import microservice_args
from tests.stacks.descriptions import SOURCED

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
QUEUE, QUEUE_POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@pytest.fixture
def service_context(platform):
    zipped = FunctionArchive(archive="/built/r.zip", sha256="0" * 64)
    return ServiceContext(
        target=DeploymentTarget(environment="test", account="123456789012", region="eu-west-1"),
        platform=platform,
        compute=ComputeSettings(),
        artifacts=Artifacts(functions={"reminders": zipped}, images={}),
        channels={},
        queues={},
        senders={},
        callees={},
        priorities={},
    )


@pytest.fixture
def made(build, service_context):
    spec = ServiceSpec.model_validate(SOURCED)
    return build(lambda: Microservice(spec.name, microservice_args(spec, service_context)))


def test_a_table_invokes_the_function_and_keeps_what_fails(made):
    mapping = made.one(MAPPING, "reminders-sent-changes-consumer-mapping").inputs

    assert {name: mapping[name] for name in mapping if name != "tags"} == {
        "batchSize": 50,
        "bisectBatchOnFunctionError": True,
        "destinationConfig": {
            "onFailure": {"destinationArn": "arn:aws:test:::stream-dead-letters-bucket"}
        },
        "eventSourceArn": "arn:aws:test:::reminders-sent-table/stream",
        "filterCriteria": {"filters": [{"pattern": '{"eventName": ["INSERT"]}'}]},
        "functionName": "arn:aws:test:::reminders-function",
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "maximumBatchingWindowInSeconds": 2,
        "maximumRecordAgeInSeconds": 43_200,
        "maximumRetryAttempts": 3,
        "metricsConfig": {"metrics": ["EventCount"]},
        "parallelizationFactor": 2,
        "startingPosition": "LATEST",
    }
    names = {one.name for one in made.all(ALARM)}
    assert {f"reminders-sent-changes-consumer-{kind}" for kind in ("dead", "late")} <= names


def test_a_bucket_tells_a_queue_that_only_it_may_fill(made):
    told = made.one(
        "aws:s3/bucketNotification:BucketNotification",
        "reminders-scans-notifications-configuration",
    )
    policies = {one.name: json.loads(one.inputs["policy"]) for one in made.all(QUEUE_POLICY)}

    assert told.inputs["queues"] == [
        {
            "id": "scanned",
            "queueArn": "arn:aws:test:::reminders-scanned-queue",
            "events": ["s3:ObjectRemoved:*"],
            "filterPrefix": "in/",
            "filterSuffix": ".pdf",
        }
    ]
    allowed = policies["reminders-scanned-queue-policy"]["Statement"][0]
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:test:::reminders-scans-bucket"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }
    [denied] = policies["reminders-scanned-dead-letters-policy"]["Statement"]
    assert denied["Effect"] == "Deny"
    mapping = made.one(MAPPING, "reminders-scanned-consumer-mapping").inputs
    assert (mapping["batchSize"], mapping["scalingConfig"]) == (5, {"maximumConcurrency": 7})
    redrive = json.loads(made.one(QUEUE, "reminders-scanned-queue").inputs["redrivePolicy"])
    assert redrive["maxReceiveCount"] == 4
    names = {one.name for one in made.all(ALARM)}
    assert {"reminders-scanned-dead", "reminders-scanned-stale"} <= names


def test_a_source_of_another_services_store_is_refused(service_context):
    spec = ServiceSpec.model_validate(SOURCED | {"stores": {}})

    with pytest.raises(InvalidArgError, match=r"sources=\['scans', 'sent'\] is invalid: name its"):
        microservice_args(spec, service_context)
