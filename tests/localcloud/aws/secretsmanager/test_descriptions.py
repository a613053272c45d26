from __future__ import annotations


def test_a_secret_loses_its_description(cloud):
    client = cloud.client("secretsmanager")
    arn = client.create_secret(Name="described", Description="orders")["ARN"]

    client.update_secret(SecretId=arn, Description="")

    assert not client.describe_secret(SecretId=arn).get("Description")
