"""RDS proxies: TLS, least privilege, and the address that clients get."""

from __future__ import annotations

import json

import pytest

from components.args import InvalidArgError
from components.data.database_proxy import DatabaseProxy, DatabaseProxyArgs
from components.data.engines import PROXY_PORTS, ProxyFamily
from tests.alarm_routing import ALARMS
from tests.computed import COMPUTED

PROXY = "aws:rds/proxy:Proxy"
TARGET = "aws:rds/proxyTarget:ProxyTarget"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def _args(**changes):
    given = {
        "family": ProxyFamily.POSTGRESQL,
        "cluster_identifier": "cluster",
        "database_group_id": "sg-database",
        "database_port": 5433,
        "secret_arns": ["arn:a", "arn:b"],
        "vpc_id": "vpc-1",
        "subnet_ids": ["a", "b"],
        "allowed_security_groups": {"orders": "sg-orders"},
        "account_id": "123456789012",
        "alarms": ALARMS,
        "key_arn": "arn:key",
    }
    return DatabaseProxyArgs(**{**given, **changes})


def _made(build, **changes):
    return build(lambda: DatabaseProxy("ledger", _args(**changes)))


def test_a_proxy_requires_tls_and_knows_every_user(build):
    made = _made(build)

    [proxy] = made.all(PROXY)
    assert proxy.inputs == {
        "engineFamily": "POSTGRESQL",
        "roleArn": "arn:aws:test:::ledger-role",
        "requireTls": True,
        "vpcSubnetIds": ["a", "b"],
        "vpcSecurityGroupIds": ["ledger-group-id"],
        "auths": [
            {"authScheme": "SECRETS", "iamAuth": "DISABLED", "secretArn": arn}
            for arn in ("arn:a", "arn:b")
        ],
    }
    [target] = made.all(TARGET)
    assert target.inputs == {
        "dbProxyName": "ledger",
        "targetGroupName": "ledger-targets",
        "dbClusterIdentifier": "cluster",
    }
    [pool] = made.all("aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup")
    assert pool.inputs["connectionPoolConfig"] == {"maxConnectionsPercent": 90}
    [alarm] = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.inputs["metricName"] == "DatabaseConnectionsBorrowLatency"


@pytest.mark.parametrize(("key_arn", "resources"), [("arn:key", [["arn:key"]]), (None, [])])
def test_its_role_reads_these_secrets_and_no_others(build, key_arn, resources):
    made = _made(build, key_arn=key_arn)

    [policy] = made.all("aws:iam/rolePolicy:RolePolicy")
    read, *key = json.loads(policy.inputs["policy"])["Statement"]
    assert read["Resource"] == ["arn:a", "arn:b"]
    assert [one["Resource"] for one in key] == resources


@pytest.mark.parametrize("family", ProxyFamily)
def test_clients_reach_the_proxy_on_the_default_port_and_it_the_database_on_its_own(build, family):
    made = _made(build, family=family)

    rules = {
        (one.inputs["securityGroupId"], one.inputs["referencedSecurityGroupId"]): one.inputs
        for one in made.all(INGRESS)
    }
    assert {key: rule["fromPort"] for key, rule in rules.items()} == {
        ("ledger-group-id", "sg-orders"): PROXY_PORTS[family],
        ("sg-database", "ledger-group-id"): 5433,
    }


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [("ledger.proxy.test", ("ledger.proxy.test", 5432)), ("127.0.0.1:23306", ("127.0.0.1", 23306))],
)
def test_its_address_is_the_endpoint_and_the_port_in_it_or_the_default(
    build, monkeypatch, endpoint, address
):
    monkeypatch.setitem(COMPUTED, PROXY, lambda _: {"endpoint": endpoint})

    made = _made(build)

    [outputs] = [found for urn, found in made.outputs.items() if urn.endswith("::ledger")]
    assert (outputs["host"], outputs["port"]) == address


def test_an_instance_may_be_its_target(build):
    made = _made(build, cluster_identifier=None, instance_identifier="instance")

    assert made.all(TARGET)[0].inputs["dbInstanceIdentifier"] == "instance"


@pytest.mark.parametrize("instance", ["instance", None])
def test_a_proxy_of_no_database_or_of_two_is_refused(instance):
    cluster = "cluster" if instance else None
    with pytest.raises(InvalidArgError, match="set either cluster_identifier or instance_id"):
        _args(cluster_identifier=cluster, instance_identifier=instance)
