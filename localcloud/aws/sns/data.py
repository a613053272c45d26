"""SNS: topics keep no messages, and a failing subscription does not affect the others."""

from __future__ import annotations

import json
import logging
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.sns.models import Subscription, Topic

from localcloud.aws.journal import JOURNAL

_LOG = logging.getLogger(__name__)
_publish = Subscription.publish
_make_topic = Topic.__init__


class _Forgetful(list[Any]):
    """Discards the messages that moto keeps of each topic."""

    def append(self, _item: Any) -> None:
        """Do nothing."""


def install() -> None:
    """Isolate subscriptions; queues still receive a message before Publish returns."""
    Subscription.publish = _isolated  # type: ignore[method-assign]
    Topic.__init__ = _made  # type: ignore[method-assign]


def _made(self: Any, *args: Any, **kwargs: Any) -> None:
    _make_topic(self, *args, **kwargs)
    self.sent_notifications = _Forgetful()


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
