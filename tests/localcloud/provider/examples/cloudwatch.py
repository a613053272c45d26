"""Examples of log groups and alarms."""

from __future__ import annotations

from tests.localcloud.provider.example import Example


def errors(statistic: str) -> list[dict]:
    metric = {"metricName": "Errors", "namespace": "AWS/Lambda", "period": 60, "stat": statistic}
    return [{"id": "errors", "metric": metric, "returnData": True}]


def alarm(queries: list[dict]) -> dict:
    return {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricQueries": queries,
        "threshold": 1,
    }


EXAMPLES = (
    Example(
        type="aws:cloudwatch/logGroup:LogGroup",
        inputs=lambda _: {"retentionInDays": 30, "tags": {"kind": "example"}},
        update={"retentionInDays": 7, "tags": {"kind": "changed"}},
        values=lambda stage: {"kmsKeyId": stage.make("aws:kms/key:Key")["arn"]},
        outputs={"retentionInDays": 30},
        bad={"retentionInDays": 13, "name": "no spaces", "logGroupClass": "GOLD"},
    ),
    Example(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs=lambda _: {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 2,
            "metricName": "ApproximateAgeOfOldestMessage",
            "namespace": "AWS/SQS",
            "dimensions": {"QueueName": "orders"},
            "statistic": "Maximum",
            "period": 60,
            "threshold": 300,
            "treatMissingData": "notBreaching",
            "tags": {"kind": "example"},
        },
        update={"threshold": 600, "alarmDescription": "too old", "tags": {"kind": "changed"}},
        outputs={"actionsEnabled": True, "threshold": 300},
        optional=lambda _: {"actionsEnabled": False, "alarmDescription": "x"},
        values=lambda _: {
            "dimensions": {"QueueName": "payments"},
            "extendedStatistic": "p99",
            "period": 120,
            "statistic": None,
        },
        together=("extendedStatistic statistic",),
        kept="metricName namespace period statistic threshold",
        bad={
            "comparisonOperator": "Near",
            "period": 45,
            "datapointsToAlarm": 3,
            "treatMissingData": "never",
        },
    ),
    Example(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        variant="query",
        inputs=lambda _: alarm(errors("Sum")),
        values=lambda _: {"metricQueries": errors("Average")},
    ),
)
