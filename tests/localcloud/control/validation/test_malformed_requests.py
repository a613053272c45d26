"""Malformed requests are refused in the service's own form."""

from __future__ import annotations

import re

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from jmespath.exceptions import JMESPathTypeError

from localcloud.control.validation.dialects import DIALECTS
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.control.validation.malformed import malformed

COUNTS = {
    "dynamodb": 30, "kms": 30, "secretsmanager": 25, "logs": 30, "events": 25, "ssm": 25, "iam": 30,
    "sts": 15, "elbv2": 25, "lambda": 25, "sqs": 20, "sns": 20, "ec2": 20, "ecr": 20,
    "cognito-idp": 20, "rds": 20, "s3": 20, "route53": 20, "apigatewayv2": 20, "cloudwatch": 25,
}  # fmt: skip
BY_MODEL = {dialect.model: dialect for dialect in DIALECTS.values()}
CASES = [
    case
    for service, count in COUNTS.items()
    for case in malformed(service, BY_MODEL[service].enforced, count)
]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    found = ControlProcess(tmp_path_factory.mktemp("malformed"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def clients(process):
    """Clients that do not validate requests themselves."""
    session = boto3.session.Session("local", "local", region_name="eu-west-1")
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return {
        service: session.client(
            service, endpoint_url=f"http://127.0.0.1:{process.port}", config=config
        )
        for service in COUNTS
    }


def test_there_are_enough_of_them():
    assert len(CASES) >= 300
    assert len({case.service for case in CASES}) == len(COUNTS) >= 12


@pytest.mark.parametrize("service", COUNTS)
def test_malformed_requests_are_refused_in_the_form_of_the_service(clients, service):
    dialect = BY_MODEL[service]
    accepted = {dialect.code, dialect.missing_code, *(code for code, _ in dialect.codes.values())}
    texts = {dialect.unreadable[1], *(text for _, text in dialect.codes.values())}
    wrong = {}
    for case in (one for one in CASES if one.service == service):
        try:
            clients[service]._make_api_call(case.operation, case.parameters)
        except JMESPathTypeError:
            continue  # boto3 finds the endpoint in this parameter
        except ClientError as error:
            found, status = error.response["Error"], error.response["ResponseMetadata"]
            member = re.escape(case.member)
            told = re.search(rf"\b{member}\b", found["Message"], re.IGNORECASE)
            told = told or found["Message"] in texts
            if (found["Code"], status["HTTPStatusCode"]) == ("NotImplemented", 501):
                continue
            if found["Code"] in accepted and status["HTTPStatusCode"] == 400 and told:
                continue
            wrong[str(case)] = (status["HTTPStatusCode"], found)
        else:
            wrong[str(case)] = "accepted"

    assert wrong == {}
