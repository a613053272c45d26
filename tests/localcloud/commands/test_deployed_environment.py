"""Commands with `--env`: a job is followed, events are replayed, and what is missing is told.

The emulated AWS stands for the account of the environment `acme`, as AWS_ENDPOINT_URL says.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from types import SimpleNamespace

import pytest
import pytest_asyncio
from aiohttp import web

from localcloud.account import ACCOUNT, REGION
from localcloud.runtime.executions import run as executions
from ops import clients, folders, settings_copy
from ops.commands import run
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.fake_cloud import archive_of, workers
from tests.localcloud.telemetry_process import TelemetryProcess

ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
GROUP = "/aws/lambda/acme-meter-function"
METER = "acme-meter-function-0a1b2c"
SERVICE = """\
name: meter
description: Measures.
owner: tests
tier: internal
compute: {kind: lambda}
jobs: {settle: {timeout_minutes: 1}}
publishes: {on-bus: {channel: bus}, on-stream: {channel: stream}, on-topic: {channel: topic}}
consumes: {on-bus: {}, on-stream: {}, on-topic: {}}
"""
REPLAY = ("--consumer", "meter", "--from", "2026-01-01T00:00", "--env", "acme")


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("acme"))
    process.start()
    with TelemetryProcess(process.layout):
        yield process
    process.stop()


@pytest.fixture
def acme(control, tmp_path, monkeypatch, bulkhead):
    """Run commands with settings of the environment `acme` and credentials of its account."""
    (tmp_path / "meters" / "meter").mkdir(parents=True)
    (tmp_path / "meters" / "meter" / "service.yaml").write_text(SERVICE)
    config = {"bulkhead:services": "meters", "bulkhead:account": ACCOUNT}
    config |= {"bulkhead:region": REGION}
    (tmp_path / "Pulumi.acme.yaml").write_text(json.dumps({"config": config}))
    (tmp_path / "Pulumi.elsewhere.yaml").write_text(
        json.dumps({"config": config | {"bulkhead:account": "9" * 12}})
    )
    bare = {"bulkhead:services": "meters"}
    (tmp_path / "Pulumi.bare.yaml").write_text(json.dumps({"config": bare}))
    for module in (clients, folders):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(settings_copy.known_environments, "__defaults__", (tmp_path,))
    monkeypatch.setattr(run, "POLL_SECONDS", 0.1)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{control.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return lambda *words: asyncio.to_thread(bulkhead, *words)


@pytest.fixture(scope="module")
def meter(control):
    """The function of the service, without code that runs."""
    control.client("logs").create_log_group(logGroupName=GROUP)
    control.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")
    return control.client("lambda").create_function(
        FunctionName=METER,
        Runtime="python3.13",
        Role=ROLE,
        Handler="handler.handler",
        Code={"ZipFile": archive_of("def handler(event, context): ...")},
        LoggingConfig={"LogFormat": "JSON", "LogGroup": GROUP},
    )["FunctionArn"]


@pytest_asyncio.fixture
async def invoked(control, meter):
    """Answer invocations with a line in the log; return the events."""
    events = []
    logs = control.client("logs")

    async def invoke(request):
        events.append(await request.json())
        now = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
        lines = [{"timestamp": now, "message": f"line {number}"} for number in range(2)]
        stream = f"{len(events)}-{now}"
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=lines)
        return web.json_response({"ok": True})

    cloud = SimpleNamespace(url=f"http://127.0.0.1:{control.port}")
    async with workers(control.layout, cloud, executions=executions.run) as context:
        context.routes["functions"] = invoke
        yield events


@pytest.fixture
def job(control, meter):
    """The state machine of the job `settle`, as a stack of the environment makes it."""
    parameters = {"FunctionName": meter, "Payload": {"job": "settle"}}
    work = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters}
    tags = {"environment": "acme", "service": "meter", "job": "settle"}
    sfn = control.client("stepfunctions")
    arn = sfn.create_state_machine(
        name="settle",
        definition=json.dumps({"StartAt": "Run", "States": {"Run": {**work, "End": True}}}),
        roleArn=ROLE,
        tags=[{"key": key, "value": value} for key, value in tags.items()],
    )["stateMachineArn"]
    yield arn
    sfn.delete_state_machine(stateMachineArn=arn)


async def test_a_job_of_a_deployed_environment_is_followed_to_its_log(acme, job, invoked):
    code, shown, told = await acme("run", "meter", "settle", "--env", "acme")

    assert (code, invoked) == (0, [{"job": "settle"}]), told
    assert shown.splitlines()[:2] == ["line 0", "line 1"]
    assert "The job settle of meter succeeded" in shown + told


async def test_a_bus_of_a_deployed_environment_replays_to_the_consumer(acme, control):
    events, sqs = control.client("events"), control.client("sqs")
    bus = events.create_event_bus(Name="bulkhead-acme-events-bus-0a1b2c")["EventBusArn"]
    name = bus.rpartition("/")[2]
    events.create_archive(ArchiveName="archive", EventSourceArn=bus)
    events.put_rule(
        Name="acme-meter-on-bus-rule-0a1b2c",
        EventBusName=name,
        EventPattern=json.dumps({"detail-type": ["on-bus"]}),
    )
    entry = {"EventBusName": name, "Source": "x", "DetailType": "on-bus", "Detail": '{"n": 1}'}
    events.put_events(Entries=[entry])
    queue = sqs.create_queue(QueueName="acme-meter-on-bus")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events.put_targets(
        Rule="acme-meter-on-bus-rule-0a1b2c",
        EventBusName=name,
        Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}],
    )

    code, _, told = await acme("events", "replay", "on-bus", *REPLAY)

    assert code == 0, told
    assert "the archive delivered on-bus to the queue of meter again" in told
    answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)
    [body] = [json.loads(one["Body"]) for one in answer["Messages"]]
    assert (body["detail"], "replay-name" in body) == ({"n": 1}, True)


async def test_a_stream_of_a_deployed_environment_is_delivered_again(acme, control, meter, invoked):
    kinesis = control.client("kinesis")
    stream = "bulkhead-acme-on-stream-stream-0a1b2c"
    kinesis.create_stream(StreamName=stream, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    kinesis.put_record(StreamName=stream, Data=b"{}", PartitionKey="x")
    described = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    control.client("lambda").create_event_source_mapping(
        FunctionName=METER,
        EventSourceArn=described["StreamARN"],
        StartingPosition="TRIM_HORIZON",
        Enabled=False,
    )

    code, _, told = await acme("events", "replay", "on-stream", *REPLAY)

    assert (code, len(invoked)) == (0, 1), told
    assert "1 records of on-stream were delivered to meter again" in told
    [record] = invoked[0]["Records"]
    assert (record["kinesis"]["partitionKey"], record["replayed"]) == ("x", True)


RUN = ("run", "meter", "settle", "--env")


@pytest.mark.parametrize(
    ("words", "without", "message"),
    [
        ((*RUN, "acme"), (), "acme has no job settle of meter yet. Deploy it with: pulumi up"),
        ((*RUN, "nowhere"), (), "There is no environment 'nowhere': no file Pulumi.nowhere.yaml"),
        ((*RUN, "bare"), (), "Pulumi.bare.yaml names no account: write bulkhead:account"),
        ((*RUN, "elsewhere"), (), f"The credentials are of the account {ACCOUNT}: use"),
        ((*RUN, "acme"), ("AWS_ACCESS_KEY_ID",), "acme needs credentials of AWS: sign in to the"),
        (("run", "meter", "x", "--env", "acme"), (), "meter has no job 'x'. Its jobs are: settle"),
        (("events", "replay", "on-topic", *REPLAY), (), "on-topic is on a topic, which keeps no"),
        (
            ("events", "replay", "on-bus", *REPLAY, "--to", "2025-01-01"),
            (),
            "--from 2026-01-01T00:00 is not before --to",
        ),
        (
            ("events", "replay", "on-bus", *REPLAY),
            ("AWS_ACCESS_KEY_ID",),
            "acme needs credentials of AWS",
        ),
    ],
)
async def test_what_a_deployed_environment_lacks_is_told(
    acme, monkeypatch, words, without, message
):
    for name in without:
        monkeypatch.delenv(name)
    if without:
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    code, _, told = await acme(*words)

    assert code == 1
    assert message in " ".join(told.split())


@pytest.mark.parametrize(("event", "what"), [("on-bus", "event bus"), ("on-stream", "stream")])
async def test_a_replay_in_an_environment_without_a_stack_is_told(acme, event, what):
    file = folders.ROOT / "Pulumi.acme.yaml"
    file.write_text(file.read_text().replace(REGION, "eu-north-1"))

    code, _, told = await acme("events", "replay", event, *REPLAY)

    assert code == 1
    wanted = f"acme has no {what} for {event} and meter yet. Deploy it with: pulumi up --stack acme"
    assert wanted in " ".join(told.split())
