"""A rule that requires one value writes its own message and remediation."""

import pytest

from policy.engine.requirement import argument_name, is_set, noun, require_value
from policy.engine.rule import Level, Severity
from policy.testing import messages, resource, unknown

QUEUE = "aws:sqs/queue:Queue"


def rule_on(path, **requirement):
    @require_value(QUEUE, path=path, severity=Severity.LOW, level=Level.ADVISORY, **requirement)
    def sqs_as_it_should_be() -> None:
        """SQS queues must be as they should be."""

    return sqs_as_it_should_be


def test_the_message_names_the_resource_and_the_argument():
    said = messages(rule_on("sqsManagedSseEnabled"), resource(QUEUE, "orders", {}))

    assert said == [
        "The SQS queue 'orders' must be as they should be: set sqs_managed_sse_enabled=True."
    ]


@pytest.mark.parametrize(
    ("requirement", "accepted", "refused"),
    [
        ({}, [True, "true", unknown], [False, "false", None, "", 1]),
        ({"default": True}, [True, None, unknown], [False]),
        ({"value": False}, [False, None, unknown], [True, "true"]),
        ({"value": "a"}, ["a", unknown], ["b", None]),
        ({"value": ("a", "b"), "default": "a"}, ["a", "b", None], ["c"]),
        ({"value": is_set}, ["x", unknown], [None, "", []]),
    ],
)
def test_a_value_is_required_and_an_unknown_one_accepted(requirement, accepted, refused):
    rule = rule_on("some.value", **requirement)

    def said(value):
        return messages(rule, resource(QUEUE, "orders", {"some": {"value": value}}))

    assert [value for value in accepted if said(value)] == []
    assert [value for value in refused if not said(value)] == []


def test_the_first_of_several_values_is_the_remediation():
    rule = rule_on("some.value", value=("a", "b"), remediates=True)

    assert rule.remediation == 'Set some.value to "a".'
    assert rule.remediate(resource(QUEUE, "orders", {"some": {"other": 1.0}})) == {
        "some": {"other": 1.0, "value": "a"}
    }


def test_a_hint_says_what_to_set():
    rule = rule_on("kmsMasterKeyId", value=is_set, hint="to a KMS key")

    [said] = messages(rule, resource(QUEUE, "orders", {}))

    assert said.endswith(": set kms_master_key_id to a KMS key.")
    assert rule.remediate is None


def test_arguments_are_named_as_in_python():
    assert argument_name("encryptAtRest.enabled") == "encrypt_at_rest.enabled"
    assert argument_name("kmsKeyId") == "kms_key_id"


@pytest.mark.parametrize(
    ("typ", "name"),
    [
        (QUEUE, "SQS queue"),
        ("aws:lb/loadBalancer:LoadBalancer", "load balancer"),
        ("aws:lambda/functionUrl:FunctionUrl", "Lambda function URL"),
        ("aws:ec2/vpcEndpointService:VpcEndpointService", "VPC endpoint service"),
        ("aws:redshiftserverless/workgroup:Workgroup", "Redshift Serverless workgroup"),
    ],
)
def test_a_resource_is_called_as_aws_calls_it(typ, name):
    assert noun(typ) == name
