"""Who hears of alarms."""

from __future__ import annotations

import pytest

from components.args import InvalidArgError
from components.observability.alarm_topic import AlarmTopic, AlarmTopicArgs

SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


def _args(*subscriptions):
    return AlarmTopicArgs(account_id="1", key_arn="arn:key", subscriptions=subscriptions)


def test_urls_and_mail_addresses_are_subscribed_by_their_protocol(build):
    args = _args("https://events.example.com/v2/secret", "shop@example.com")

    made = build(lambda: AlarmTopic("alarms", args))

    assert [each.inputs for each in made.all(SUBSCRIPTION)] == [
        {
            "topic": "arn:aws:test:::alarms-topic",
            "protocol": "https",
            "endpoint": "https://events.example.com/v2/secret",
        },
        {
            "topic": "arn:aws:test:::alarms-topic",
            "protocol": "email",
            "endpoint": "shop@example.com",
        },
    ]


def test_the_name_of_a_subscription_tells_nothing_of_its_endpoint_and_stays(build):
    alone = build(lambda: AlarmTopic("alarms", _args("https://a.test/key")))
    both = build(lambda: AlarmTopic("alarms", _args("b@a.test", "https://a.test/key")))

    [name] = [each.name for each in alone.all(SUBSCRIPTION)]
    assert name in [each.name for each in both.all(SUBSCRIPTION)]
    assert "a.test" not in name


@pytest.mark.parametrize("endpoint", ["http://a.test", "pager", "//a@b.test"])
def test_an_endpoint_of_another_protocol_is_refused(endpoint):
    with pytest.raises(InvalidArgError, match="use https:// URLs and mail addresses"):
        _args(endpoint)
