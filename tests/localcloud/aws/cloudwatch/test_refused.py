"""Alarms that are not evaluated and dashboards that are not drawn."""

import pytest
from botocore.exceptions import ClientError


@pytest.mark.parametrize(
    ("operation", "given", "message"),
    [
        ("put_metric_alarm", {"Period": 30}, "periods below 60 seconds are not evaluated"),
        ("put_metric_alarm", {"Period": 90}, "a multiple of 60"),
        ("put_metric_alarm", {"DatapointsToAlarm": 2}, "use at most EvaluationPeriods"),
        ("put_metric_alarm", {"EvaluationPeriods": 1441}, "is above 86400 seconds"),
        ("put_metric_alarm", {"AlarmActions": ["arn:aws:automate:eu:ec2:stop"]}, "is not called"),
        ("put_composite_alarm", {"AlarmRule": "ALARM(missing)"}, "alarms that do not exist"),
        ("put_composite_alarm", {"AlarmRule": "ALARM(refused)"}, "refers to the alarm itself"),
        ("put_composite_alarm", {"AlarmRule": "ALARM("}, r"AlarmRule is not valid"),
        ("put_composite_alarm", {"ActionsSuppressor": "x"}, "suppressors are not evaluated"),
    ],
)
def test_what_is_not_evaluated_is_refused(cloud, operation, given, message):
    whole = {"AlarmRule": "TRUE"}
    if operation == "put_metric_alarm":
        whole = {
            "Namespace": "Shop",
            "MetricName": "Errors",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
    with pytest.raises(ClientError, match=message):
        getattr(cloud.client("cloudwatch"), operation)(AlarmName="refused", **{**whole, **given})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be an object"),
        ('{"widgets": [{"type": "explorer"}]}', "explorer are not drawn"),
        ('{"widgets": [{"type": "text", "properties": {}}]}', "markdown"),
        ('{"widgets": [{"type": "metric", "properties": {"metrics": [["a"]]}}]}', "region"),
    ],
)
def test_the_body_of_a_dashboard_is_checked(cloud, body, message):
    with pytest.raises(ClientError, match=message):
        cloud.client("cloudwatch").put_dashboard(DashboardName="shop", DashboardBody=body)
