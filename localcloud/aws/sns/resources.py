"""SNS: topics, their policies, and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.attributes import answered, changed, sent
from localcloud.provider.documents import json_failures, policy_failures
from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    attributes,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

PROTOCOLS = ("application", "firehose", "lambda", "sms", "sqs", "email", "email-json")
PROTOCOLS += ("http", "https")
CHANNELS = ("application", "firehose", "http", "lambda", "sqs")
"""Protocols with delivery status logging."""


def delivery_status(channel: str) -> dict[str, Input]:
    """Return the inputs of a topic for the delivery status logging of *channel*."""
    prefix = channel.upper() if channel in ("http", "sqs") else channel.capitalize()
    rate = "SuccessFeedbackSampleRate"
    roles = ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn")
    return {
        **{f"{channel}{role}": Input(UPDATE, attribute=prefix + role, reset="") for role in roles},
        channel + rate: Input(UPDATE, attribute=prefix + rate, reset=0, limit=Limit(0, 100)),
    }


TOPIC_INPUTS = {
    **each(REPLACE, "namePrefix region"),
    "tags": Input(UPDATE),
    "name": Input(REPLACE, limit=Limit(max_length=256, pattern=r"[A-Za-z0-9_-]+(\.fifo)?")),
    "fifoTopic": Input(REPLACE, attribute="FifoTopic"),
    "archivePolicy": Input(UPDATE, supported=False),
    "contentBasedDeduplication": Input(UPDATE, attribute="ContentBasedDeduplication", reset=False),
    "deliveryPolicy": Input(UPDATE, attribute="DeliveryPolicy", reset=""),
    "displayName": Input(UPDATE, attribute="DisplayName", reset="", limit=Limit(max_length=100)),
    "fifoThroughputScope": Input(
        UPDATE, attribute="FifoThroughputScope", limit=Limit(one_of=("Topic", "MessageGroup"))
    ),
    "kmsMasterKeyId": Input(UPDATE, attribute="KmsMasterKeyId", reset=""),
    "maximumMessageSize": Input(REPLACE, supported=False),
    "policy": Input(UPDATE, attribute="Policy"),
    "signatureVersion": Input(UPDATE, attribute="SignatureVersion", limit=Limit(one_of=(1, 2))),
    "tracingConfig": Input(
        UPDATE, attribute="TracingConfig", limit=Limit(one_of=("Active", "PassThrough"))
    ),
    **{key: item for channel in CHANNELS for key, item in delivery_status(channel).items()},
}
TOPIC = attributes(TOPIC_INPUTS)

# SNS reads a filter policy in the scope that is set at that time: the scope comes first.
SUBSCRIPTION_INPUTS = {
    **each(REPLACE, "endpoint region topic"),
    **each(IGNORED, "confirmationTimeoutInMinutes endpointAutoConfirms"),
    "protocol": Input(REPLACE, limit=Limit(one_of=PROTOCOLS)),
    "deliveryPolicy": Input(UPDATE, attribute="DeliveryPolicy", reset=""),
    "filterPolicyScope": Input(
        UPDATE,
        attribute="FilterPolicyScope",
        reset="MessageAttributes",
        limit=Limit(one_of=("MessageAttributes", "MessageBody")),
    ),
    "filterPolicy": Input(UPDATE, attribute="FilterPolicy", reset=""),
    "rawMessageDelivery": Input(UPDATE, attribute="RawMessageDelivery", reset=False),
    "redrivePolicy": Input(UPDATE, attribute="RedrivePolicy", reset=""),
    "replayPolicy": Input(UPDATE, supported=False),
    "subscriptionRoleArn": Input(UPDATE, attribute="SubscriptionRoleArn", reset=""),
}
SUBSCRIPTION = attributes(SUBSCRIPTION_INPUTS)


def topic_attributes(context: Context) -> Properties:
    """Return the attributes that the program sets."""
    return {"Attributes": sent(context, TOPIC)}


def change_topic(context: Context) -> None:
    """Set the attributes that changed, one by one as SNS requires."""
    for name, value in changed(context, TOPIC).items():
        if name != "FifoTopic":
            members = {"AttributeName": name, "AttributeValue": value}
            context.call("SetTopicAttributes", TopicArn=context.id, **members)


def read_topic(context: Context) -> Properties:
    """Return the topic with the SDK's names."""
    found = context.call("GetTopicAttributes", TopicArn=context.id)["Attributes"]
    name, owner = context.id.rsplit(":", 1)[-1], found.get("Owner")
    return {**answered(found, TOPIC), "arn": context.id, "name": name, "owner": owner}


def check_topic(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of SNS's constraints across the inputs of a topic."""
    yield from policy_failures(inputs, "policy", principal=True)
    yield from json_failures(inputs, "deliveryPolicy")
    name, fifo = inputs.get("name"), inputs.get("fifoTopic", False)
    if isinstance(name, str) and name.endswith(".fifo") is not bool(fifo):
        want = 'end it with ".fifo"' if fifo else 'set fifoTopic, or drop the ending ".fifo"'
        yield CheckFailure("name", f'"{name}" does not fit fifoTopic={fifo}: {want}')
    if inputs.get("contentBasedDeduplication") and not fifo:
        yield CheckFailure(
            "contentBasedDeduplication", "requires a FIFO topic: set fifoTopic, or remove it"
        )


def set_policy(context: Context) -> str:
    """Set the topic's policy; the topic's ARN is its id."""
    context.id = context.inputs["arn"]
    change_policy(context)
    return context.id


def change_policy(context: Context) -> None:
    """Set the topic's policy."""
    members = {"AttributeName": "Policy", "AttributeValue": context.inputs["policy"]}
    context.call("SetTopicAttributes", TopicArn=context.id, **members)


def read_policy(context: Context) -> Properties:
    """Return the topic's policy."""
    found = context.call("GetTopicAttributes", TopicArn=context.id)["Attributes"]
    return {"arn": context.id, "policy": found.get("Policy"), "owner": found.get("Owner")}


def subscribe(context: Context) -> str:
    """Subscribe the endpoint; only AWS services confirm a subscription automatically."""
    answer = context.call(
        "Subscribe",
        TopicArn=context.inputs["topic"],
        Protocol=context.inputs["protocol"],
        Endpoint=context.inputs["endpoint"],
        Attributes=sent(context, SUBSCRIPTION),
        ReturnSubscriptionArn=True,
    )
    return answer["SubscriptionArn"]


def change_subscription(context: Context) -> None:
    """Set the attributes that changed; a filter policy again after its scope."""
    wanted = changed(context, SUBSCRIPTION)
    if "FilterPolicyScope" in wanted and "filterPolicy" in context.inputs:
        wanted["FilterPolicy"] = context.inputs["filterPolicy"]
    for name, value in wanted.items():
        members = {"AttributeName": name, "AttributeValue": value}
        context.call("SetSubscriptionAttributes", SubscriptionArn=context.id, **members)


def read_subscription(context: Context) -> Properties:
    """Return the subscription with the SDK's names."""
    found = context.call("GetSubscriptionAttributes", SubscriptionArn=context.id)["Attributes"]
    return {
        "filterPolicyScope": context.get("filterPolicyScope"),  # answered beside a policy only
        **answered(found, SUBSCRIPTION),
        "arn": context.id,
        "topic": found.get("TopicArn"),
        "protocol": found.get("Protocol"),
        "endpoint": found.get("Endpoint"),
        "ownerId": found.get("Owner") or context.account,
        "pendingConfirmation": found.get("PendingConfirmation") or "false",
        "confirmationWasAuthenticated": found.get("ConfirmationWasAuthenticated") or "true",
    }


def check_subscription(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of SNS's constraints across the inputs of a subscription."""
    yield from json_failures(inputs, "filterPolicy", "deliveryPolicy", "redrivePolicy")
    protocol, endpoint = inputs.get("protocol"), inputs.get("endpoint")
    by_arn = protocol in ("sqs", "lambda", "firehose")
    if by_arn and isinstance(endpoint, str) and not endpoint.startswith("arn:"):
        yield CheckFailure(
            "endpoint", f'"{endpoint}" is not an ARN, which {protocol} requires: pass `arn`'
        )
    if protocol == "firehose" and "subscriptionRoleArn" not in inputs:
        yield CheckFailure("subscriptionRoleArn", "is required for firehose: set it")


ROWS = (
    Row(
        type="aws:sns/topic:Topic",
        service="sns",
        inputs=TOPIC_INPUTS,
        name=Naming(
            max_length=256, suffix=lambda inputs: ".fifo" if inputs.get("fifoTopic") else ""
        ),
        create=Op(name="CreateTopic", rename={"policy": ""}, extra=topic_attributes),
        id="TopicArn",
        read=read_topic,
        update=change_topic,
        delete=Op(name="DeleteTopic", keys={"TopicArn": "id"}),
        tags=Tagging(
            tag="TagResource",
            untag="UntagResource",
            read="ListTagsForResource",
            keys={"ResourceArn": "id"},
        ),
        check=check_topic,
    ),
    Row(
        type="aws:sns/topicPolicy:TopicPolicy",
        service="sns",
        inputs={
            **each(REPLACE, "arn region"),
            "policy": Input(UPDATE),
        },
        create=set_policy,
        read=read_policy,
        update=change_policy,
        check=lambda inputs: policy_failures(inputs, "policy", principal=True),
    ),
    Row(
        type="aws:sns/topicSubscription:TopicSubscription",
        service="sns",
        inputs=SUBSCRIPTION_INPUTS,
        create=subscribe,
        read=read_subscription,
        update=change_subscription,
        delete=Op(name="Unsubscribe", keys={"SubscriptionArn": "id"}),
        check=check_subscription,
    ),
)
