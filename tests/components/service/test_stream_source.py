"""Events of a stream: an alarm tells of each record that never reaches its handler."""

from __future__ import annotations

from types import SimpleNamespace as Fake

import pulumi

from components.service.stream_source import StreamSource
from components.service.subscriptions import DeliveryContext, FunctionTarget, Subscription

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
FUNCTION = Fake(arn="arn:function", function_name="mail")


def test_whoever_gives_a_record_up_an_alarm_tells(build, platform):
    stream = Fake(arn="arn:stream", stream_name="local-moved")
    source = StreamSource(stream=stream, dead_letters=Fake(arn="arn:letters"), max_age_seconds=3600)
    context = DeliveryContext(
        service="mail",
        name="mail-moved",
        event="moved",
        subscription=Subscription(source=source),
        platform=platform,
        tags=None,
        opts=pulumi.ResourceOptions(),
    )

    made = build(lambda: source.define(context).invoke(FunctionTarget(function=FUNCTION)))

    metrics = {one.name: one.inputs["metricName"] for one in made.all(ALARM)}
    assert metrics["mail-moved-consumer-dead"] == "OnFailureDestinationDeliveredEventCount"
    assert metrics["mail-moved-consumer-refused"] == "DeadLetters"
    refused = made.one(ALARM, "mail-moved-consumer-refused").inputs
    assert refused["namespace"] == platform.metrics_namespace
    assert refused["dimensions"] == {"service": "mail", "stream": "local-moved"}
    assert (refused["statistic"], refused["threshold"]) == ("Sum", 0)
    assert refused["treatMissingData"] == "notBreaching"
