"""SNS: topics keep no messages, and a failing subscription does not affect the others."""

from __future__ import annotations

import json
import logging
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.utils import camelcase_to_underscores
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic

from localcloud.aws.journal import JOURNAL

_LOG = logging.getLogger(__name__)
_publish = Subscription.publish
_make_topic = Topic.__init__
_create_topic = SNSBackend.create_topic


class _Forgetful(list[Any]):
    """Discards the messages that moto keeps of each topic."""

    def append(self, _item: Any) -> None:
        """Do nothing."""


def install() -> None:
    """Isolate subscriptions; queues still receive a message before Publish returns."""
    Subscription.publish = _isolated  # type: ignore[method-assign]
    Topic.__init__ = _made  # type: ignore[method-assign]
    SNSBackend.create_topic = _create  # type: ignore[method-assign]


def _made(self: Any, *args: Any, **kwargs: Any) -> None:
    _make_topic(self, *args, **kwargs)
    self.sent_notifications = _Forgetful()


def _create(
    self: Any,
    name: str,
    attributes: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> Topic:
    """Create a topic, or return the one that has the same attributes and tags."""
    found = self.topics.get(f"arn:aws:sns:{self.region_name}:{self.account_id}:{name}")
    if found is not None:
        for kind, same in (
            ("Attributes", all(_has(found, *one) for one in (attributes or {}).items())),
            ("Tags", not tags or tags == found._tags),  # noqa: SLF001 - moto has no public one
        ):
            if not same:
                text = f"{kind} Reason: Topic already exists with different {kind.lower()}"
                raise SNSInvalidParameter(f"Invalid parameter: {text}")
    return _create_topic(self, name, attributes, tags)


def _has(topic: Any, attribute: str, value: str) -> bool:
    """Compare an attribute; policies are JSON, and are not compared."""
    found = getattr(topic, camelcase_to_underscores(attribute), None)
    return attribute.endswith("Policy") or str(found or "").lower() == value.lower()


def _isolated(self: Any, *args: Any, **kwargs: Any) -> None:
    try:
        if self.protocol in {"http", "https"}:
            with JOURNAL.released():
                _publish(self, *args, **kwargs)
        elif self.protocol == "lambda":
            _to_function(self, *args, **kwargs)
        else:
            _publish(self, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 - an endpoint's failure must not affect others
        _LOG.warning("%s: not delivered to %s: %r", self.topic.arn, self.endpoint, error)


def _to_function(  # noqa: PLR0913, PLR0917 - moto's signature
    self: Any,
    message: str,
    message_id: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    message_structure: str | None = None,
    **_fifo: Any,
) -> None:
    matcher = self._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        return
    if message_structure == "json":
        message = self._parse_message_structure(message, self.protocol)
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
