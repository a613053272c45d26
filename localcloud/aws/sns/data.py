"""SNS: topics keep no messages, and a failing subscription does not affect the others."""

from __future__ import annotations

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic

from localcloud.aws.sns import metrics
from localcloud.aws.sns.delivery import deliver

_publish = Topic.publish
_make_topic = Topic.__init__
_create_topic = SNSBackend.create_topic


class _Forgetful(list[Any]):
    """Discards the messages that moto keeps of each topic."""

    def append(self, _item: Any) -> None:
        """Do nothing."""


def install() -> None:
    """Isolate subscriptions; queues still receive a message before Publish returns."""
    Subscription.publish = deliver  # type: ignore[method-assign]
    Topic.publish = _counted  # type: ignore[method-assign]
    Topic.__init__ = _made  # type: ignore[method-assign]
    SNSBackend.create_topic = _create  # type: ignore[method-assign]


def _counted(
    self: Any,
    message: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    *args: Any,
    **kwargs: Any,
) -> str:
    metrics.published(self, message, message_attributes)
    return _publish(self, message, subject, message_attributes, *args, **kwargs)


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
