"""Tests of policy.rules.cloudtrail.monitors."""

import json

import pytest

from policy.rules.cloudtrail.monitors import cloudtrail_monitors_exist
from policy.testing import check_stack, messages, resource, stack, unknown

TRAIL = "aws:cloudtrail/trail:Trail"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
RULE = "aws:cloudwatch/eventRule:EventRule"
ARN = "arn:aws:logs:eu-west-1:111122223333:log-group:trail"
KMS = {"monitors": ["kms-key-disabled-or-scheduled-for-deletion"]}
PATTERN = (
    "{($.eventSource = kms.amazonaws.com)"
    " && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion))}"
)


def trail(arn=f"{ARN}:*"):
    props = {"name": "account", "s3BucketName": "files", "cloudWatchLogsGroupArn": arn}
    return resource(TRAIL, "account", props)


def metric_filter(pattern=PATTERN, group="trail", metric="KeysDisabled"):
    metric = {"name": metric, "namespace": "Audit", "value": "1"}
    props = {"logGroupName": group, "pattern": pattern, "metricTransformation": metric}
    return resource(FILTER, "keys", props)


def alarm(**props):
    whole = {
        "name": "keys",
        "namespace": "Audit",
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "evaluationPeriods": 1,
        "threshold": 1,
    }
    return resource(ALARM, "keys-alarm", whole | props)


WATCHES = alarm(metricName="KeysDisabled")


def event_rule(names, **props):
    detail = {"eventSource": ["kms.amazonaws.com"]} | ({"eventName": names} if names else {})
    pattern = {"detail-type": ["AWS API Call via CloudTrail"], "detail": detail}
    return resource(RULE, "keys", {"eventPattern": json.dumps(pattern)} | props)


def test_cloudtrail_monitors_exist():
    group = resource(GROUP, "group", {"name": "trail", "arn": ARN})
    query = [{"id": "m", "metric": {"metricName": "KeysDisabled", "period": 300, "stat": "Sum"}}]
    check_stack(
        cloudtrail_monitors_exist,
        kept=[
            stack(trail(), metric_filter(), WATCHES),
            stack(trail(), metric_filter(), alarm(metricQueries=query)),
            stack(trail(), metric_filter(pattern=unknown), WATCHES),
            stack(trail(), metric_filter(group=unknown), WATCHES),
            stack(trail(), metric_filter(), alarm(metricName=unknown)),
            stack(trail(), metric_filter(metric=unknown), WATCHES),
            stack(trail(unknown), metric_filter(), WATCHES),
            stack(
                group,
                trail(unknown),
                metric_filter(group=unknown),
                WATCHES,
                property_dependencies={
                    "account": {"cloudWatchLogsGroupArn": [group]},
                    "keys": {"logGroupName": [group]},
                },
            ),
            stack(trail(), event_rule(["DisableKey", "ScheduleKeyDeletion"])),
            stack(trail(), event_rule([{"prefix": "Disable"}, {"wildcard": "Schedule*"}])),
            stack(trail(), event_rule([])),
            stack(trail(), resource(RULE, "keys", {"eventPattern": unknown})),
            stack(trail(), resource(RULE, "keys", {"eventPattern": {"detail": unknown}})),
            stack(resource(TRAIL, "account", {"name": "account"})),
            stack(WATCHES),
        ],
        broken=[
            stack(trail()),
            stack(trail(), metric_filter()),
            stack(trail(), metric_filter(), alarm(metricName="Other")),
            stack(trail(), metric_filter(group="other"), WATCHES),
            stack(trail(), metric_filter(pattern=None), WATCHES),
            stack(trail(), metric_filter("{$.eventName = DisableKey}"), WATCHES),
            stack(trail(), metric_filter("{$.eventName = *}"), WATCHES),
            stack(trail(), event_rule(["DisableKey"])),
            stack(trail(), event_rule(["DisableKey", "ScheduleKeyDeletion"], state="DISABLED")),
        ],
        params=KMS,
    )


def test_each_monitor_that_is_absent_is_named():
    said = messages(cloudtrail_monitors_exist, stack(trail(), metric_filter(), WATCHES))

    assert len(said) == 14
    [vpcs] = [one for one in said if "vpc-changes" in one]
    assert "CreateVpc, DeleteVpc, ModifyVpcAttribute" in vpcs


@pytest.mark.parametrize(
    ("monitor", "pattern"),
    [
        (
            "unauthorized-api-calls",
            '{($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")}',
        ),
        (
            "console-sign-in-without-mfa",
            '{($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")}',
        ),
        (
            "root-account-use",
            '{$.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS}',
        ),
        (
            "console-authentication-failures",
            '{($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication")}',
        ),
        ("organizations-changes", "{$.eventSource = organizations.amazonaws.com}"),
        (
            "config-changes",
            "{($.eventName = *ConfigurationRecorder) || ($.eventName = *DeliveryChannel)}",
        ),
    ],
)
def test_the_patterns_of_the_benchmark_are_accepted(monitor, pattern):
    found = stack(trail(), metric_filter(pattern), WATCHES)

    assert messages(cloudtrail_monitors_exist, found, params={"monitors": [monitor]}) == []
