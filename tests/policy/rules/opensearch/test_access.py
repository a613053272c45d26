"""Tests of policy.rules.opensearch.access."""

import json

import pytest

from policy.rules.opensearch import access as rules
from policy.testing import check, resource, unknown

DOMAIN = "aws:opensearch/domain:Domain"
ENDPOINT = {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}


def policy(**changes):
    one = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:role/search"}} | changes
    return {"accessPolicies": json.dumps({"Statement": [one | {"Action": "es:ESHttpGet"}]})}


WHOLE = policy() | {
    "engineVersion": "OpenSearch_2.19",
    "encryptAtRest": {"enabled": True},
    "nodeToNodeEncryption": {"enabled": True},
    "domainEndpointOptions": ENDPOINT,
}


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (rules.opensearch_encrypted_at_rest, "encryptAtRest"),
        (rules.opensearch_node_to_node_encryption, "nodeToNodeEncryption"),
    ],
)
def test_data_must_be_encrypted_at_rest_and_between_nodes(rule, path):
    check(
        rule,
        DOMAIN,
        WHOLE,
        kept=[{path: {"enabled": unknown}}],
        broken=[{path: None}, {path: {"enabled": False}}],
        unknown_at=[path],
    )


def test_opensearch_https_enforced():
    check(
        rules.opensearch_https_enforced,
        DOMAIN,
        WHOLE,
        kept=[{"domainEndpointOptions": {"tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}}],
        broken=[
            {"domainEndpointOptions": None},
            {"domainEndpointOptions": ENDPOINT | {"enforceHttps": False}},
        ],
        unknown_at=["domainEndpointOptions"],
    )


def test_opensearch_tls_policy():
    bare = {"domainEndpointOptions": {"enforceHttps": True}}
    old = {"domainEndpointOptions": ENDPOINT | {"tlsSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"}}
    check(
        rules.opensearch_tls_policy,
        DOMAIN,
        WHOLE,
        broken=[{"domainEndpointOptions": None}, bare, old],
        unknown_at=["domainEndpointOptions"],
    )

    remedied = rules.opensearch_tls_policy.remediate(resource(DOMAIN, "shop", WHOLE | bare))
    assert remedied == {
        "domainEndpointOptions": ENDPOINT | {"tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}
    }
    assert rules.opensearch_tls_policy.remediate(resource(DOMAIN, "shop", WHOLE | old)) is None


@pytest.mark.parametrize("typ", [DOMAIN, "aws:elasticsearch/domainPolicy:DomainPolicy"])
def test_opensearch_policy_no_open_principal(typ):
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    everywhere = {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}
    check(
        rules.opensearch_policy_no_open_principal,
        typ,
        WHOLE,
        kept=[{"accessPolicies": None}, policy(Principal="*", Condition=office)],
        broken=[policy(Principal="*"), policy(Principal={"AWS": "*"}, Condition=everywhere)],
        unknown_at=["accessPolicies"],
    )
