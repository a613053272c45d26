"""Tests of policy.rules.general.tags."""

import importlib.util
from pathlib import Path

from policy.rules.general.tags import required_tags, taggable_types
from policy.testing import check, messages, resource, unknown

TAGS = {"service": "orders", "environment": "dev", "owner": "checkout", "cost-centre": "42"}


def test_the_providers_default_tags_count():
    provider = {"defaultTags": '{"tags": {"service": "a", "environment": "b", "owner": "c"}}'}
    seen = resource(
        "aws:sqs/queue:Queue", "shop", {"tags": {"cost-centre": "1"}}, provider=provider
    )

    assert messages(required_tags, seen) == []


def test_a_type_that_takes_no_tags_is_not_asked():
    assert messages(required_tags, resource("aws:sqs/queuePolicy:QueuePolicy", "shop", {})) == []


def test_the_list_of_keys_and_values_of_auto_scaling_is_read():
    tags = [{"key": key, "value": value, "propagateAtLaunch": True} for key, value in TAGS.items()]
    check(
        required_tags,
        "aws:autoscaling/group:Group",
        {"minSize": 1, "maxSize": 2, "tags": tags},
        kept=[{"tags": [*tags[1:], unknown]}],
        broken=[{"tags": tags[1:]}, {"tags": None}],
        unknown_at=["tags"],
    )


def test_the_types_that_take_tags_are_those_of_the_installed_provider():
    spec = importlib.util.find_spec("pulumi_aws")
    found = set()
    for path in Path(spec.origin).parent.glob("*/*.py"):
        arguments, token, rest = path.read_text().partition('@pulumi.type_token("aws:')
        if token and "def tags(self)" in arguments:
            found.add("aws:" + rest.partition('"')[0])

    assert taggable_types() == found
