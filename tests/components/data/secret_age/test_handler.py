"""The age of secrets, as the function publishes it."""

import datetime as dt

import boto3
import pytest
from moto import mock_aws

from components.data.secret_age.handler import METRIC, NAMESPACE, handler


@pytest.fixture(autouse=True)
def cloud(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield


def test_the_age_of_each_value_is_a_metric_and_a_secret_without_a_value_has_none():
    secrets = boto3.client("secretsmanager")
    key = secrets.create_secret(Name="key", SecretString="s")["ARN"]
    empty = secrets.create_secret(Name="empty")["ARN"]

    handler({"secrets": [key, empty]}, None)

    metrics = boto3.client("cloudwatch").list_metrics(Namespace=NAMESPACE)["Metrics"]
    assert [(m["MetricName"], m["Dimensions"]) for m in metrics] == [
        (METRIC, [{"Name": "SecretId", "Value": key}])
    ]


def test_a_value_of_today_is_less_than_a_day_old():
    key = boto3.client("secretsmanager").create_secret(Name="key", SecretString="s")["ARN"]
    now = dt.datetime.now(dt.UTC)

    handler({"secrets": [key]}, None)

    [point] = boto3.client("cloudwatch").get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=METRIC,
        Dimensions=[{"Name": "SecretId", "Value": key}],
        StartTime=now - dt.timedelta(hours=1),
        EndTime=now + dt.timedelta(hours=1),
        Period=7200,
        Statistics=["Maximum"],
    )["Datapoints"]
    assert 0 <= point["Maximum"] < 1
