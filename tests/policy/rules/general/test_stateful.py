"""Tests of policy.rules.general.stateful."""

import dataclasses

import pytest

from policy.engine.resource import Options
from policy.engine.settings import Settings
from policy.rules.general.stateful import stateful_resource_protected
from policy.testing import messages, resource

WHOLE = {
    "aws:rds/instance:Instance": {"engine": "postgres", "instanceClass": "db.t4g.small"},
    "aws:rds/cluster:Cluster": {"engine": "aurora-postgresql"},
    "aws:dynamodb/table:Table": {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}]},
    "aws:s3/bucket:Bucket": {"bucket": "orders"},
    "aws:efs/fileSystem:FileSystem": {"encrypted": True},
    "aws:opensearch/domain:Domain": {"engineVersion": "OpenSearch_2.19"},
    "aws:redshift/cluster:Cluster": {"clusterIdentifier": "orders", "nodeType": "ra3.large"},
    "aws:redshiftserverless/namespace:Namespace": {"namespaceName": "orders"},
    "aws:kinesis/stream:Stream": {"shardCount": 1},
    "aws:cognito/userPool:UserPool": {"name": "customers"},
    "aws:kms/key:Key": {"description": "orders", "enableKeyRotation": True},
    "aws:backup/vault:Vault": {"name": "orders"},
    "aws:docdb/cluster:Cluster": {"clusterIdentifier": "orders"},
    "aws:neptune/cluster:Cluster": {"clusterIdentifier": "orders"},
    "aws:memorydb/cluster:Cluster": {"aclName": "orders", "nodeType": "db.t4g.small"},
}


@pytest.mark.parametrize("typ", stateful_resource_protected.types)
def test_stateful_resource_protected(typ):
    loose = resource(typ, "orders", WHOLE[typ] | {"tags": {"service": "orders"}})
    kept = dataclasses.replace(loose, options=Options(protect=True))
    elsewhere = Settings(production=False)

    assert messages(stateful_resource_protected, kept) == []
    assert messages(stateful_resource_protected, loose, settings=elsewhere) == []
    [said] = messages(stateful_resource_protected, loose)
    assert said.endswith("because it holds data: set protect=True in its ResourceOptions.")


def test_other_resources_need_no_protection():
    group = resource("aws:cloudwatch/logGroup:LogGroup", "orders", {})
    assert messages(stateful_resource_protected, group) == []
