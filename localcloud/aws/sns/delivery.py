"""Delivers a message to one subscription; what fails goes to the subscription's dead letters."""

from __future__ import annotations

import json
import logging
from typing import Any

import requests
from moto.awslambda.models import lambda_backends
from moto.sns.models import Subscription
from moto.sqs.models import sqs_backends

from localcloud.aws.journal import JOURNAL
from localcloud.aws.sns import metrics

_LOG = logging.getLogger(__name__)
_publish = Subscription.publish

HTTP = frozenset({"http", "https"})
COUNTED = HTTP | {"lambda", "sqs"}
"""Protocols that are delivered; of the others no notification is counted."""
HTTP_SECONDS = 15.0
"""How long an endpoint may take to answer."""


def deliver(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    message: str,
    message_id: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    group_id: str | None = None,
    deduplication_id: str | None = None,
    message_structure: str | None = None,
) -> None:
    """Deliver a message, unless the filter policy rejects it; no failure affects others."""
    matcher = self._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        scope = matcher.filter_policy_scope
        metrics.filtered_out(self.topic, scope, message, message_attributes)
        return
    if message_structure == "json":
        message = self._parse_message_structure(message, self.protocol)
    try:
        if self.protocol in HTTP:
            _to_endpoint(self, message, message_id, subject, message_attributes)
        elif self.protocol == "lambda":
            _to_function(self, message, message_id, subject, message_attributes)
        else:
            _publish(
                self, message, message_id, subject, message_attributes, group_id, deduplication_id
            )
    except Exception as error:  # noqa: BLE001 - an endpoint's failure must not affect others
        _LOG.warning("%s: not delivered to %s: %r", self.topic.arn, self.endpoint, error)
        metrics.failed(self.topic)
        if arn := _dead_letters(self):
            body = _body(self, message, message_id, subject, message_attributes)
            _redrive(self, arn, body, group_id, deduplication_id)
    else:
        if self.protocol in COUNTED:
            metrics.delivered(self.topic)


def _to_endpoint(
    self: Any,
    message: str,
    message_id: str,
    subject: str | None,
    message_attributes: dict[str, Any] | None,
) -> None:
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": self.topic.arn,
        "x-amz-sns-subscription-arn": self.arn,
    }
    body = _body(self, message, message_id, subject, message_attributes)
    if _is_raw(self):
        headers["x-amz-sns-rawdelivery"] = "true"
    with JOURNAL.released():
        requests.post(
            self.endpoint, data=body.encode(), headers=headers, timeout=HTTP_SECONDS
        ).raise_for_status()


def _to_function(
    self: Any,
    message: str,
    message_id: str,
    subject: str | None,
    message_attributes: dict[str, Any] | None,
) -> None:
    post = self.get_post_data(message, message_id, subject, message_attributes)
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": self.arn,
        "Sns": {
            **{name.replace("URL", "Url"): value for name, value in post.items()},
            "Subject": subject,
            "MessageAttributes": post.get("MessageAttributes", {}),
        },
    }
    _, _, _, region, account, _, name, *qualifier = self.endpoint.split(":")
    function = lambda_backends[account][region].get_function(name, *qualifier)
    function.invoke(json.dumps({"Records": [record]}), {}, {})


def _body(
    self: Any,
    message: str,
    message_id: str,
    subject: str | None,
    message_attributes: dict[str, Any] | None,
) -> str:
    if _is_raw(self):
        return message
    return json.dumps(self.get_post_data(message, message_id, subject, message_attributes))


def _is_raw(self: Any) -> bool:
    return str(self.attributes.get("RawMessageDelivery")).lower() == "true"


def _dead_letters(self: Any) -> str:
    policy = self.attributes.get("RedrivePolicy") or "{}"
    return json.loads(policy).get("deadLetterTargetArn") or ""


def _redrive(
    self: Any, arn: str, body: str, group_id: str | None, deduplication_id: str | None
) -> None:
    *_, region, account, name = arn.split(":")
    try:
        sqs_backends[account][region].send_message(
            name,
            body,
            deduplication_id=deduplication_id,
            group_id=group_id,
            validate_group_id=False,
        )
    except Exception as error:  # noqa: BLE001 - as for the endpoint itself
        _LOG.warning("%s: a notification is lost: %s: %s", self.topic.arn, arn, error)
        metrics.redriven(self.topic, succeeded=False)
    else:
        metrics.redriven(self.topic, succeeded=True)
