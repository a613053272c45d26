"""Sources: what changes in a service's stores reaches its function, and nothing else may."""

from __future__ import annotations

import dataclasses
import json

import pytest

from components.args import InvalidArgError
from components.microservice import Microservice
from spec.service import ServiceSpec
from stacks.artifacts import Artifacts, FunctionArchive, Image
from stacks.compute import ComputeSettings
from stacks.context import ServiceContext
from stacks.deployment_target import DeploymentTarget
from stacks.from_spec import microservice_args
from tests.stacks.descriptions import POLLED, SOURCED

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
QUEUE, QUEUE_POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
POLICY = "aws:appautoscaling/policy:Policy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@pytest.fixture
def service_context(platform):
    zipped = FunctionArchive(archive="/built/r.zip", sha256="0" * 64)
    return ServiceContext(
        target=DeploymentTarget(environment="test", account="123456789012", region="eu-west-1"),
        platform=platform,
        compute=ComputeSettings(),
        artifacts=Artifacts(
            functions={"reminders": zipped},
            images={"billing": Image(digest=f"sha256:{'1' * 64}")},
        ),
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


@pytest.fixture
def polled(build, service_context):
    """A service in containers, whose worker polls the queue of its bucket."""
    spec = ServiceSpec.model_validate(POLLED)
    return build(lambda: Microservice(spec.name, microservice_args(spec, service_context)))


def test_a_bucket_tells_the_queue_of_the_process_that_polls(polled):
    told = polled.one(
        "aws:s3/bucketNotification:BucketNotification", "billing-scans-notifications-configuration"
    )
    policies = {one.name: json.loads(one.inputs["policy"]) for one in polled.all(QUEUE_POLICY)}

    assert told.inputs["queues"] == [
        {
            "id": "scanned",
            "queueArn": "arn:aws:test:::billing-scanned-queue",
            "events": ["s3:ObjectCreated:*"],
            "filterPrefix": "in/",
        }
    ]
    [allowed] = [
        one
        for one in policies["billing-scanned-queue-policy"]["Statement"]
        if one["Effect"] == "Allow"
    ]
    assert allowed == {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "arn:aws:test:::billing-scanned-queue",
        "Condition": {
            "ArnEquals": {"aws:SourceArn": "arn:aws:test:::billing-scans-bucket"},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        },
    }
    queue = polled.one(QUEUE, "billing-scanned-queue").inputs
    assert queue["visibilityTimeoutSeconds"] == 60
    assert json.loads(queue["redrivePolicy"])["maxReceiveCount"] == 4
    names = {one.name for one in polled.all(ALARM)}
    assert {"billing-scanned-dead", "billing-scanned-stale"} <= names
    assert polled.all(MAPPING) == []


def test_only_the_process_that_polls_a_bucket_may_receive_and_scales_on_its_messages(polled):
    variables, receivers = {}, set()
    for process in ("", "-scanner", "-relay"):
        definition = polled.one(TASK, f"billing{process}-task-definition").inputs
        [container] = json.loads(definition["containerDefinitions"])
        variables[process] = {one["name"]: one["value"] for one in container["environment"]}
    for one in polled.all("aws:iam/rolePolicy:RolePolicy"):
        statements = json.loads(one.inputs["policy"])["Statement"]
        if any("sqs:ReceiveMessage" in each["Action"] for each in statements):
            receivers.add(one.name.split("-task")[0])

    own = variables["-scanner"].keys() - variables["-relay"].keys()
    assert {name: variables["-scanner"][name] for name in own} == {
        "SCANNED_QUEUE_URL": "https://billing-scanned-queue.test",
        "SCANNED_DEAD_LETTERS_URL": "https://billing-scanned-dead-letters.test",
        "SCANNED_EVENT_SOURCE": "aws:s3",
        "SCANNED_MAX_CONCURRENCY": "3",
    }
    assert [name for name in variables[""] if name.startswith("SCANNED_")] == []
    assert receivers == {"billing-scanner"}
    [scaling] = [one for one in polled.all(POLICY) if one.name.startswith("billing-scanner")]
    tracking = scaling.inputs["targetTrackingScalingPolicyConfiguration"]
    metrics = tracking["customizedMetricSpecification"]["metrics"]
    assert [one["id"] for one in metrics] == ["waiting0", "running", "per_task"]


@pytest.mark.parametrize(
    ("description", "changed", "told"),
    [
        (POLLED, {"process": "other"}, "process='other' is invalid: use one of processes"),
        (POLLED, {"process": None}, "process=None is invalid: use one of processes"),
        (POLLED, {"batch_size": 5}, "batch_size=5 is invalid: leave it out"),
        (SOURCED, {"process": "scanner"}, "process='scanner' is invalid: leave it out"),
    ],
)
def test_arguments_without_what_polls_or_is_invoked_are_refused(
    service_context, description, changed, told
):
    args = microservice_args(ServiceSpec.model_validate(description), service_context)
    scans = args.sources["scans"]
    source = dataclasses.replace(scans.sources["scanned"], **changed)
    of_bucket = dataclasses.replace(scans, sources={"scanned": source})

    with pytest.raises(InvalidArgError, match=told):
        dataclasses.replace(args, sources={"scans": of_bucket})


def test_a_process_cannot_read_the_stream_of_a_table(service_context):
    sourced = microservice_args(ServiceSpec.model_validate(SOURCED), service_context)
    args = microservice_args(ServiceSpec.model_validate(POLLED), service_context)

    with pytest.raises(InvalidArgError, match=r"sources=\['sent-changes'\] is invalid: use them"):
        dataclasses.replace(
            args,
            stores={**args.stores, **sourced.stores},
            sources={"sent": sourced.sources["sent"]},
        )
