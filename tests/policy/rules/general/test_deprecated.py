"""Tests of policy.rules.general.deprecated."""

import importlib

import pytest

from policy.rules.general import deprecated
from policy.rules.general.deprecated import no_deprecated_types
from policy.testing import messages, resource

BUCKET = "aws:s3/bucket:Bucket"
MESH = {"meshName": "shop", "name": "orders", "spec": {}}
WHOLE = {
    "BucketAccelerateConfigurationV2": {"bucket": "shop", "status": "Enabled"},
    "BucketCorsConfigurationV2": {
        "bucket": "shop",
        "corsRules": [{"allowedMethods": ["GET"], "allowedOrigins": ["https://shop.example"]}],
    },
    "BucketLoggingV2": {"bucket": "shop", "targetBucket": "logs", "targetPrefix": "shop/"},
    "BucketRequestPaymentConfigurationV2": {"bucket": "shop", "payer": "Requester"},
    "BucketServerSideEncryptionConfigurationV2": {
        "bucket": "shop",
        "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
    },
    "BucketVersioningV2": {"bucket": "shop", "versioningConfiguration": {"status": "Enabled"}},
    "EncryptionControl": {"mode": "monitor", "vpcId": "vpc-1"},
    "MicrovmsImage": {
        "baseImageArn": "arn:aws:lambda:eu-west-1:aws:microvm-image:base",
        "buildRoleArn": "arn:aws:iam::111122223333:role/build",
        "codeArtifact": {"uri": "s3://artifacts/orders.zip"},
    },
    "LaunchConfiguration": {"imageId": "ami-1", "instanceType": "m7g.large"},
    "LoadBalancer": {
        "listeners": [
            {"instancePort": 80, "instanceProtocol": "http", "lbPort": 80, "lbProtocol": "http"}
        ]
    },
    "Domain": {"domainName": "orders"},
    "Mesh": {"name": "shop"},
    "VirtualNode": MESH,
    "VirtualService": MESH,
    "VirtualRouter": MESH,
    "VirtualGateway": MESH,
    "Route": MESH | {"virtualRouterName": "orders"},
    "GatewayRoute": MESH | {"virtualGatewayName": "edge"},
    "EventDataStore": {"name": "shop"},
    "Vault": {"name": "shop"},
}


@pytest.mark.parametrize("typ", no_deprecated_types.types)
def test_no_deprecated_types(typ):
    whole = WHOLE.get(typ.rpartition(":")[2], {"bucket": "shop"})

    [said] = messages(no_deprecated_types, resource(typ, "shop", whole))

    assert "'shop'" in said
    assert f" must not be of the type {typ}," in said
    assert said.endswith(".")


def test_a_type_that_others_count_as_is_not_deprecated():
    assert messages(no_deprecated_types, resource(BUCKET, "shop", {"bucket": "shop"})) == []


def test_what_to_use_instead_exists_in_the_installed_provider():
    inputs = [one for each in deprecated._INPUTS.values() for _, one in each.values()]
    texts = [*deprecated._TYPES.values(), *inputs]
    named = {word for text in texts for word in text.split() if word.startswith("aws.")}

    assert len(named) > 20
    for one in named - {"aws.vpclattice"}:
        _, module, cls = one.split(".")
        assert hasattr(importlib.import_module(f"pulumi_aws.{module}"), cls), one
