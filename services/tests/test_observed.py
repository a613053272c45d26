"""What the shop does can be seen: one trace of an order, alarms, scaling, logs over a kill."""

import datetime as dt
import json
import os
import signal
import time

import pytest
from shop import eventually

pytestmark = pytest.mark.integration

NAMESPACE = "Test/Observed"
MINUTES_SECONDS = 150
"""Alarms and policies are evaluated once a minute."""


def put_minutes(shop, name, value, minutes=5):
    """Put a value for each of the last *minutes*."""
    now = time.time() // 60 * 60
    shop.aws("cloudwatch").put_metric_data(
        Namespace=NAMESPACE,
        MetricData=[
            {"MetricName": name, "Value": value, "Timestamp": now - 60 * number}
            for number in range(1, minutes + 1)
        ],
    )


def test_an_order_is_one_trace_over_http_outbox_topic_queue_and_functions(shop):
    began = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    order = shop.place("lamp").json()
    shop.wait_for_notification(order["id"])
    xray = shop.aws("xray")

    def services():
        found = xray.get_trace_summaries(StartTime=began, EndTime=dt.datetime.now(dt.UTC))
        names = [{one["Name"] for one in trace["ServiceIds"]} for trace in found["TraceSummaries"]]
        return [one for one in names if {"orders", "catalog", "inventory", "notifications"} <= one]

    assert eventually(services)


def test_a_metric_rings_an_alarm_that_reaches_a_queue(shop):
    sqs, sns, cloudwatch = (shop.aws(name) for name in ("sqs", "sns", "cloudwatch"))
    queue = sqs.create_queue(QueueName="observed")["QueueUrl"]
    about = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    topic = sns.create_topic(Name="observed")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=about["Attributes"]["QueueArn"])
    try:
        put_minutes(shop, "failures", 9)
        cloudwatch.put_metric_alarm(
            AlarmName="observed",
            Namespace=NAMESPACE,
            MetricName="failures",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=2,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic],
        )

        def told():
            got = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages")
            return got and json.loads(json.loads(got[0]["Body"])["Message"])

        message = eventually(told, seconds=MINUTES_SECONDS)

        assert (message["AlarmName"], message["NewStateValue"]) == ("observed", "ALARM")
        [alarm] = cloudwatch.describe_alarms(AlarmNames=["observed"])["MetricAlarms"]
        assert alarm["StateValue"] == "ALARM"
    finally:
        cloudwatch.delete_alarms(AlarmNames=["observed"])
        sns.delete_topic(TopicArn=topic)
        sqs.delete_queue(QueueUrl=queue)


def test_a_metric_above_its_target_starts_tasks(shop):
    scaling, ecs = shop.aws("application-autoscaling"), shop.aws("ecs")
    about = shop.outputs["services"]["orders"]
    service = {"cluster": about["cluster_arn"], "service": about["service_arns"]["main"]}
    resource = "service/{}/{}".format(*(one.rpartition("/")[2] for one in service.values()))
    target = {
        "ServiceNamespace": "ecs",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ResourceId": resource,
    }
    put_minutes(shop, "waiting", 500)
    scaling.put_scaling_policy(
        PolicyName="observed",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 100,
            "CustomizedMetricSpecification": {
                "Namespace": NAMESPACE,
                "MetricName": "waiting",
                "Statistic": "Average",
            },
        },
        **target,
    )
    try:
        eventually(lambda: len(shop.tasks()) == 4, seconds=MINUTES_SECONDS, every=1)

        [activity, *_] = scaling.describe_scaling_activities(
            ServiceNamespace="ecs", ResourceId=resource
        )["ScalingActivities"]
        assert activity["Description"] == "Setting desired count to 4."
        assert activity["StatusCode"] == "Successful"
    finally:
        scaling.delete_scaling_policy(PolicyName="observed", **target)
        ecs.update_service(**service, desiredCount=2)
    eventually(lambda: len(shop.tasks()) == 2, seconds=60, every=1)


def test_orders_go_on_and_lines_are_kept_while_telemetry_is_killed(shop):
    processes = {one["name"]: one for one in shop.status_of_supervisor()["processes"]}
    os.kill(processes["telemetry"]["pid"], signal.SIGKILL)

    order = shop.place("lamp")

    assert order.status_code == 201
    order_id = order.json()["id"]
    shop.wait_for_notification(order_id)
    logs = shop.aws("logs")
    groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
    [group] = [one for one in groups if "notifications" in one]

    def lines():
        found = logs.filter_log_events(logGroupName=group, filterPattern=f'"{order_id}"')["events"]
        return [one for one in found if "notification sent" in one["message"]]

    eventually(lambda: _answers(lines), seconds=60)
    assert len(lines()) == 1


def _answers(ask):
    """Return what *ask* returns; nothing while the telemetry process starts."""
    try:
        return ask()
    except Exception as error:
        if "ServiceUnavailable" in str(error):
            return None
        raise
