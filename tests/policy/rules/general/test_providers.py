"""Tests of policy.rules.general.providers."""

import pytest

from policy.rules.general.providers import provider_explicit, region_allowed
from policy.testing import messages, resource, unknown

QUEUE = "aws:sqs/queue:Queue"
HERE = {"allowedRegions": ["eu-central-1", "eu-west-1"]}


def made(own=None, region="eu-central-1", name="aws", typ=QUEUE):
    props = {"name": "shop", "visibilityTimeoutSeconds": 30}
    return resource(
        typ,
        "shop",
        props if own is None else props | {"region": own},
        provider={} if region is None else {"region": region},
        provider_name=name,
    )


@pytest.mark.parametrize(
    "one",
    [
        made(),
        made(region=unknown),
        made(name="", region=None),
        made(name="default", typ="random:index/randomId:RandomId"),
        made(name="default_7_51_1", typ="aws-native:sqs:Queue"),
    ],
)
def test_provider_explicit_keeps(one):
    assert messages(provider_explicit, one) == []


@pytest.mark.parametrize(
    "one", [made(name="default"), made(name="default_7_51_1"), made(region=None), made(region="")]
)
def test_provider_explicit_refuses(one):
    [said] = messages(provider_explicit, one)

    assert "'shop' must " in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    "one",
    [
        made(),
        made(own="eu-west-1", region="us-east-1"),
        made(own="", region="eu-west-1"),
        made(own=unknown, region="us-east-1"),
        made(region=unknown),
        made(region=None),
        made(own=["us-east-1"]),
        made(region="us-east-1", typ="random:index/randomId:RandomId"),
    ],
)
def test_region_allowed_keeps(one):
    assert messages(region_allowed, one, params=HERE) == []


@pytest.mark.parametrize("one", [made(region="us-east-1"), made(own="us-east-1")])
def test_region_allowed_refuses(one):
    [said] = messages(region_allowed, one, params=HERE)

    assert "'shop' must be in an allowed Region, not us-east-1" in said
    assert "set region" in said
    assert messages(region_allowed, one) == []
