"""Tests of policy.rules.config.recorder."""

import json

import pytest

from policy.rules.config import recorder as rules
from policy.testing import check_stack, resource, stack, unknown

RECORDER = "aws:cfg/recorder:Recorder"
STATUS = "aws:cfg/recorderStatus:RecorderStatus"
CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
GROUP = {"allSupported": True, "includeGlobalResourceTypes": True}
WHOLE = {"name": "default", "roleArn": "arn:aws:iam::1:role/config", "recordingGroup": GROUP}
recorder = resource(RECORDER, "recorder", WHOLE)
topic = resource("aws:sns/topic:Topic", "topic", {"arn": "arn:topic"})
function = resource("aws:lambda/function:Function", "mend", {"arn": "arn:mend"})
queue = resource("aws:sqs/queue:Queue", "queue", {"arn": "arn:queue"})
stream = resource(
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "archive",
    {"arn": "arn:stream", "extendedS3Configuration": {"bucketArn": "arn:aws:s3:::archive"}},
)
S3_URI = {"templateS3Uri": "s3://rules/pack.yaml"}
RULES = {
    "aws:cfg/rule:Rule": {"source": {"owner": "AWS", "sourceIdentifier": "ENCRYPTED_VOLUMES"}},
    "aws:cfg/conformancePack:ConformancePack": S3_URI,
    "aws:cfg/organizationManagedRule:OrganizationManagedRule": {
        "ruleIdentifier": "ENCRYPTED_VOLUMES"
    },
    "aws:cfg/organizationCustomRule:OrganizationCustomRule": {
        "lambdaFunctionArn": "arn:aws:lambda:eu-west-1:1:function:judge",
        "triggerTypes": ["ConfigurationItemChangeNotification"],
    },
    "aws:cfg/organizationConformancePack:OrganizationConformancePack": S3_URI,
}


def rule_of(typ, name):
    return resource(typ, name, RULES[typ] | {"name": "encrypted"})


judged = rule_of("aws:cfg/rule:Rule", "encrypted")


def pattern(*names):
    return json.dumps({"source": ["aws.config"], "detail-type": list(names)})


COMPLIANCE = pattern("Config Rules Compliance Change")


def event(target="arn:topic", text=COMPLIANCE, **props):
    """Return an event rule and its target."""
    rule = {"name": "found", "eventPattern": text} | props
    return (
        resource("aws:cloudwatch/eventRule:EventRule", "found", rule),
        resource("aws:cloudwatch/eventTarget:EventTarget", "to", {"rule": "found", "arn": target}),
    )


def channel(**props):
    return resource(CHANNEL, "channel", {"name": "default"} | props)


def subscription(endpoint="arn:mend"):
    props = {"topic": "arn:topic", "protocol": "lambda", "endpoint": endpoint}
    return resource(SUBSCRIPTION, "subscription", props)


def test_config_recorder_exists():
    check_stack(
        rules.config_recorder_exists,
        kept=[stack(queue, recorder), stack()],
        broken=[stack(queue)],
    )


def test_config_recorder_runs():
    def status(enabled, name="default"):
        return resource(STATUS, "status", {"name": name, "isEnabled": enabled})

    check_stack(
        rules.config_recorder_runs,
        kept=[
            stack(recorder, status(enabled=True)),
            stack(recorder, status(enabled=unknown)),
            stack(recorder, status(enabled=True, name=unknown)),
        ],
        broken=[
            stack(recorder),
            stack(recorder, status(enabled=False)),
            stack(recorder, status(enabled=None)),
            stack(recorder, status(enabled=True, name="other")),
        ],
    )


@pytest.mark.parametrize("typ", rules.config_rule_exists.types[1:])
def test_config_rule_exists(typ):
    check_stack(
        rules.config_rule_exists,
        kept=[stack(recorder, rule_of(typ, "rule")), stack(judged)],
        broken=[stack(recorder)],
    )


def test_config_noncompliance_alerts():
    told = channel(snsTopicArn="arn:topic", s3BucketName="config")
    check_stack(
        rules.config_noncompliance_alerts,
        kept=[
            stack(recorder, *event()),
            stack(recorder, *event(text=unknown)),
            stack(recorder, *event(text=pattern({"prefix": "Config Rules"}))),
            stack(recorder, *event(state="ENABLED")),
            stack(recorder, told, topic, subscription()),
            stack(recorder, channel(snsTopicArn="arn:of-another-stack")),
        ],
        broken=[
            stack(recorder),
            stack(recorder, event()[0]),
            stack(recorder, *event(state="DISABLED")),
            stack(recorder, *event(isEnabled=False)),
            stack(recorder, *event(text=pattern("Config Configuration Item Change"))),
            stack(recorder, told, topic),
            stack(recorder, channel()),
        ],
    )


def test_config_remediation_wired():
    def remedy(automatic, name="encrypted"):
        props = {"configRuleName": name, "automatic": automatic, "targetId": "AWS-Encrypt"}
        typ = "aws:cfg/remediationConfiguration:RemediationConfiguration"
        return resource(typ, "remedy", props | {"targetType": "SSM_DOCUMENT"})

    polled = resource(MAPPING, "poll", {"eventSourceArn": "arn:queue", "functionName": "mend"})
    check_stack(
        rules.config_remediation_wired,
        kept=[
            stack(judged, remedy(automatic=True)),
            stack(judged, remedy(automatic=unknown)),
            stack(judged, function, *event("arn:mend")),
            stack(judged, function, topic, subscription(), *event()),
            stack(judged, queue, polled, *event("arn:queue")),
            stack(judged, *event(unknown)),
        ],
        broken=[
            stack(judged),
            stack(judged, remedy(automatic=None)),
            stack(judged, remedy(automatic=False)),
            stack(judged, remedy(automatic=True, name="other")),
            stack(judged, queue, *event("arn:queue")),
            stack(judged, topic, *event()),
            stack(judged, function, *event("arn:mend", state="DISABLED")),
        ],
    )


def test_config_findings_kept_in_s3():
    kept = channel(s3BucketName="config")
    partial = {"allSupported": False, "resourceTypes": ["AWS::S3::Bucket"]}
    compliance = {"allSupported": False, "resourceTypes": ["AWS::Config::ResourceCompliance"]}

    def recording(group):
        return resource(RECORDER, "recorder", WHOLE | {"recordingGroup": group})

    check_stack(
        rules.config_findings_kept_in_s3,
        kept=[
            stack(recorder, kept),
            stack(recorder, channel(s3BucketName=unknown)),
            stack(recording(None), kept),
            stack(recording(compliance), kept),
            stack(recording(unknown), kept),
            stack(recorder, stream, *event("arn:stream")),
        ],
        broken=[
            stack(recorder),
            stack(recorder, channel()),
            stack(recording(partial), kept),
            stack(recorder, function, *event("arn:mend")),
        ],
    )
