"""What the rule on tags accepts and refuses."""

from policy.rules.tags.required import required_tags
from policy.testing import check, messages, resource, unknown

TAGS = {"service": "orders", "environment": "dev", "owner": "checkout", "cost-centre": "42"}


def test_required_tags():
    check(
        required_tags,
        "aws:sqs/queue:Queue",
        {"name": "orders", "tagsAll": TAGS, "tags": {}},
        kept=[{"tagsAll": {}, "tags": TAGS}, {"tagsAll": TAGS | {"owner": unknown}}],
        broken=[{"tagsAll": {}}, {"tagsAll": TAGS | {"owner": ""}}],
        unknown_at=["tagsAll"],
    )


def test_the_providers_default_tags_count():
    provider = {"defaultTags": '{"tags": {"service": "a", "environment": "b", "owner": "c"}}'}
    seen = resource(
        "aws:sqs/queue:Queue", "shop", {"tags": {"cost-centre": "1"}}, provider=provider
    )

    assert messages(required_tags, seen) == []


def test_a_type_that_takes_no_tags_is_not_asked():
    assert messages(required_tags, resource("aws:sqs/queuePolicy:QueuePolicy", "shop", {})) == []
