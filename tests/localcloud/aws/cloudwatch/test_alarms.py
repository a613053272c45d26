"""Alarms from their declaration to a queue, a function and an event, through both processes."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager

import pytest
from botocore.exceptions import ClientError

from localcloud.measurements import MINUTE, Measurement
from localcloud.telemetry import parts
from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.server import serving
from tests.localcloud.aws.control_process import ControlProcess

END = int(time.time()) // MINUTE * MINUTE
NEVER = "INSUFFICIENT_DATA"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """A control process of this module: the telemetry process beside the shared one may run."""
    process = ControlProcess(tmp_path_factory.mktemp("alarms"))
    process.start()
    yield process
    process.stop()


@asynccontextmanager
async def telemetry(cloud):
    """The telemetry process in this one; nothing is evaluated but by the test."""
    async with telemetry_context(cloud.layout) as context:
        parts.install(context)
        context.database.connection.execute(
            "insert or replace into metric_span values (?, ?)", (END - 86_400, END + 86_400)
        )
        async with serving(context):
            yield context


def errors(queue, at, value=1.0):
    dimensions = (("QueueName", queue),)
    return Measurement("Shop", "Errors", dimensions, "Count", at, {value: 1.0})


def put(cloud, name, **further):
    cloud.client("cloudwatch").put_metric_alarm(
        **{
            "AlarmName": name,
            "Namespace": "Shop",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "QueueName", "Value": name}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            **further,
        }
    )


def described(cloud, name):
    types = ["MetricAlarm", "CompositeAlarm"]
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=types)
    [alarm] = [*found["MetricAlarms"], *found["CompositeAlarms"]]
    return alarm


def subscribed(cloud, name):
    queue = cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    topic = cloud.client("sns").create_topic(Name=name)["TopicArn"]
    names = ["QueueArn"]
    arn = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    arn = arn["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return queue, topic


def received(cloud, queue):
    found = cloud.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(json.loads(one["Body"])["Message"]) for one in found.get("Messages", [])]


async def test_an_alarm_reaches_a_queue_once_for_each_transition(cloud):
    queue, topic = subscribed(cloud, "ringing")
    put(cloud, "ringing", AlarmActions=[topic], OKActions=[topic], AlarmDescription="runbook")
    assert described(cloud, "ringing")["StateValue"] == NEVER

    async with telemetry(cloud) as context:
        await context.evaluator.refresh()
        context.metrics.add([errors("ringing", END - MINUTE), errors("ringing", END)])
        await context.evaluator.evaluate(END)
        await context.evaluator.evaluate(END + MINUTE)
        await context.evaluator.evaluate(END + 3 * MINUTE)
        await context.evaluator.evaluate(END + 4 * MINUTE)
        history = await asyncio.to_thread(
            cloud.client("cloudwatch").describe_alarm_history, AlarmName="ringing"
        )

    messages = received(cloud, queue)
    states = [(one["OldStateValue"], one["NewStateValue"]) for one in messages]
    assert sorted(states) == [("ALARM", "OK"), (NEVER, "ALARM")]
    assert messages[0]["AlarmDescription"] == "runbook"
    assert messages[0]["Trigger"]["MetricName"] == "Errors"
    kinds = [one["HistoryItemType"] for one in history["AlarmHistoryItems"]]
    assert kinds == ["Action", "StateUpdate", "Action", "StateUpdate", "ConfigurationUpdate"]
    assert described(cloud, "ringing")["StateValue"] == "OK"  # also while telemetry is down


async def test_an_update_leaves_the_state_and_a_new_alarm_of_the_same_name_begins_anew(cloud):
    put(cloud, "kept")
    async with telemetry(cloud) as context:
        context.metrics.add([errors("kept", END - MINUTE)])
        await context.evaluator.refresh()
        await context.evaluator.evaluate(END)

        put(cloud, "kept", Threshold=5)
        updated = described(cloud, "kept")["StateValue"]
        await context.evaluator.refresh()
        kept = context.alarms.states()["kept"].value

        cloud.client("cloudwatch").delete_alarms(AlarmNames=["kept"])
        await context.evaluator.refresh()
        assert "kept" not in context.alarms.states()
        put(cloud, "kept")
        await context.evaluator.refresh()
        anew = context.alarms.states()["kept"].value

    assert (updated, kept, anew) == ("ALARM", "ALARM", NEVER)


async def test_states_survive_a_restart_between_evaluations_and_minutes_without_do_not_ring(cloud):
    queue, topic = subscribed(cloud, "restarted")
    put(
        cloud,
        "restarted",
        TreatMissingData="breaching",
        AlarmActions=[topic],
        OKActions=[topic],
    )
    async with telemetry(cloud) as context:
        context.metrics.add([errors("restarted", END - MINUTE, 0.0)])
        await context.evaluator.refresh()
        await context.evaluator.evaluate(END)
    async with telemetry(cloud) as context:
        run = context.database.connection.execute
        run("delete from metric_span")
        await context.evaluator.refresh()
        await context.evaluator.evaluate(END + 60 * MINUTE)
        state = context.alarms.states()["restarted"].value

    assert state == "OK"
    assert [one["NewStateValue"] for one in received(cloud, queue)] == ["OK"]


async def test_a_composite_alarm_rings_when_both_windows_do_and_invokes_a_function(
    cloud, workers, make_function
):
    function = make_function("repair")["FunctionArn"]
    cloud.client("lambda").add_permission(
        FunctionName="repair",
        StatementId="alarms",
        Action="lambda:InvokeFunction",
        Principal="lambda.alarms.cloudwatch.amazonaws.com",
    )
    put(cloud, "fast")
    put(cloud, "slow")
    cloud.client("cloudwatch").put_composite_alarm(
        AlarmName="burning",
        AlarmRule='ALARM("fast") AND ALARM("slow")',
        AlarmActions=[function],
    )
    async with telemetry(cloud) as context:
        await context.evaluator.refresh()
        context.metrics.add([errors("fast", END - MINUTE), errors("fast", END)])
        await context.evaluator.evaluate(END)
        one = described(cloud, "burning")["StateValue"]
        context.metrics.add([errors("slow", END)])
        await context.evaluator.evaluate(END + MINUTE)

    assert (one, described(cloud, "burning")["StateValue"]) == ("OK", "ALARM")
    [event] = [body for _, kind, body in workers.calls if kind == "Event"]
    assert event["source"] == "aws.cloudwatch"
    assert event["alarmData"]["alarmName"] == "burning"
    assert event["alarmData"]["state"]["value"] == "ALARM"


async def test_a_function_that_cloudwatch_may_not_invoke_is_a_failed_action(
    cloud, workers, make_function
):
    function = make_function("forbidden")["FunctionArn"]
    put(cloud, "forbidden", AlarmActions=[function])
    async with telemetry(cloud) as context:
        await context.evaluator.refresh()
        context.metrics.add([errors("forbidden", END - MINUTE)])
        await context.evaluator.evaluate(END)
        action = next(one for one in context.alarms.history("forbidden") if one.kind == "Action")

    assert "Failed to execute" in action.summary
    assert not [one for one in workers.calls if one[1] == "Event"]


async def test_an_alarm_is_rung_by_hand_and_sends_an_event(cloud):
    queue, topic = subscribed(cloud, "by-hand")
    put(cloud, "by-hand", AlarmActions=[topic])
    events = cloud.client("sqs").create_queue(QueueName="by-hand-events")["QueueUrl"]
    arn = cloud.client("sqs").get_queue_attributes(QueueUrl=events, AttributeNames=["QueueArn"])
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": ["by-hand"]}}
    cloud.client("events").put_rule(Name="by-hand", EventPattern=json.dumps(pattern))
    cloud.client("events").put_targets(
        Rule="by-hand", Targets=[{"Id": "q", "Arn": arn["Attributes"]["QueueArn"]}]
    )
    async with telemetry(cloud):
        wanted = {"StateValue": "ALARM", "StateReason": "a drill"}
        client = cloud.client("cloudwatch")
        await asyncio.to_thread(client.set_alarm_state, AlarmName="by-hand", **wanted)
        with pytest.raises(ClientError, match="ResourceNotFound"):
            await asyncio.to_thread(client.set_alarm_state, AlarmName="none", **wanted)

    assert described(cloud, "by-hand")["StateReason"] == "a drill"
    assert [one["NewStateReason"] for one in received(cloud, queue)] == ["a drill"]
    [event] = cloud.client("sqs").receive_message(QueueUrl=events)["Messages"]
    assert json.loads(event["Body"])["detail-type"] == "CloudWatch Alarm State Change"


async def test_actions_may_be_disabled(cloud):
    queue, topic = subscribed(cloud, "silent")
    put(cloud, "silent", AlarmActions=[topic], ActionsEnabled=False)
    async with telemetry(cloud) as context:
        await context.evaluator.refresh()
        context.metrics.add([errors("silent", END - MINUTE)])
        await context.evaluator.evaluate(END)

    assert described(cloud, "silent")["StateValue"] == "ALARM"
    assert received(cloud, queue) == []


def test_windows_slide_by_the_minute(cloud):
    async def run():
        put(cloud, "sliding", Period=300, Threshold=1)
        async with telemetry(cloud) as context:
            await context.evaluator.refresh()
            context.metrics.add([errors("sliding", END - 5 * MINUTE), errors("sliding", END)])
            states = []
            for minute in range(3):
                await context.evaluator.evaluate(END + minute * MINUTE)
                states.append(context.alarms.states()["sliding"].value)
            return states

    # five minutes hold one of the two at any time, whatever the clock says
    assert asyncio.run(run()) == ["OK", "OK", "OK"]


def test_alarms_are_found_by_type_child_and_page(cloud):
    client = cloud.client("cloudwatch")
    for number in range(3):
        put(cloud, f"found-{number}")
    client.put_composite_alarm(AlarmName="found-all", AlarmRule="ALARM(found-0) OR OK(found-1)")

    plain = client.describe_alarms(AlarmNamePrefix="found-")
    children = client.describe_alarms(ChildrenOfAlarmName="found-all")
    parents = client.describe_alarms(ParentsOfAlarmName="found-1")
    pages = client.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix="found-", PaginationConfig={"PageSize": 2}
    )

    assert [one["AlarmName"] for one in plain["MetricAlarms"]] == ["found-0", "found-1", "found-2"]
    assert plain["CompositeAlarms"] == []
    assert [one["AlarmName"] for one in children["MetricAlarms"]] == ["found-0", "found-1"]
    assert [one["AlarmName"] for one in parents["CompositeAlarms"]] == ["found-all"]
    assert [len(page["MetricAlarms"]) for page in pages] == [2, 1]
