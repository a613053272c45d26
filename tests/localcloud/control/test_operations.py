from __future__ import annotations

import botocore.session
import pytest

from localcloud.aws.registry import services
from localcloud.control.operations import (
    guessed_operation,
    is_control_change,
    is_data,
    reads,
    signed_service,
)

MODELS = {
    "apigateway": "apigatewayv2", "elasticloadbalancing": "elbv2", "monitoring": "cloudwatch",
}  # fmt: skip
"""Services whose model has not the name for which requests are signed."""


@pytest.mark.parametrize("operation", ["DescribeVpcs", "ListQueues", "GetItem", "HeadObject"])
def test_what_only_looks_is_no_change(operation):
    assert reads(operation)
    assert not is_control_change("any", operation)


@pytest.mark.parametrize("service", [one.signing_name for one in services() if one.warm_up])
def test_an_operation_that_does_not_say_that_it_looks_is_a_change(service):
    model = botocore.session.get_session().get_service_model(MODELS.get(service, service))
    says_so = ("BatchGet", "Describe", "Get", "Head", "List", "Search", "Test", "Validate")

    looks = {name for name in model.operation_names if reads(name)}
    found = {name for name in looks if not name.startswith(says_so)}

    assert found == {
        "dynamodb": {"Query", "Scan", "TransactGetItems"},
        "iam": {"SimulateCustomPolicy", "SimulatePrincipalPolicy"},
        "kms": {
            "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
            "GenerateRandom", "ReEncrypt", "Sign", "Verify", "VerifyMac",
        },
        "logs": {"FilterLogEvents"},
        "s3": {"SelectObjectContent"},
    }.get(service, set())  # fmt: skip


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sqs", "SendMessage"), ("dynamodb", "PutItem")],
)
def test_data_is_journalled_and_not_told(service, operation):
    assert is_data(service, operation)
    assert not is_control_change(service, operation)


@pytest.mark.parametrize("operation", ["CreateQueue", "SetQueueAttributes", "SomethingNew"])
def test_everything_else_is_told(operation):
    assert is_control_change("sqs", operation)


def test_the_service_is_the_one_a_request_was_signed_for():
    scope = "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/elasticloadbalancing/aws4_request"

    assert signed_service({"HTTP_AUTHORIZATION": scope}) == "elasticloadbalancing"
    target = "AWSCognitoIdentityProviderService.InitiateAuth"
    assert signed_service({"HTTP_X_AMZ_TARGET": target}) == "cognito-idp"


@pytest.mark.parametrize(
    ("method", "path", "query", "told", "data"),
    [
        ("PUT", "/bucket/key", "", False, True),
        ("DELETE", "/bucket/key", "", False, True),
        ("PUT", "/bucket/key", "partNumber=1&uploadId=x", False, False),
        ("PUT", "/bucket/key", "tagging", False, False),
        ("PUT", "/bucket", "", True, False),
        ("PUT", "/bucket", "versioning", True, False),
        ("GET", "/bucket/key", "", False, False),
    ],
)
def test_s3_requests_are_told_apart_by_path_and_query(method, path, query, told, data):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}

    operation = guessed_operation(environ, "s3")

    assert is_control_change("s3", operation) is told
    assert is_data("s3", operation) is data
