"""SNS: topics do not grow, and a subscription that fails does not hinder the others."""

from __future__ import annotations

import logging
from typing import Any

from moto.sns.models import Subscription, Topic

from localcloud.aws.journal import JOURNAL

_LOG = logging.getLogger(__name__)
_publish = Subscription.publish
_make_topic = Topic.__init__


class _Forgetful(list[Any]):
    """Takes what moto would keep of every message ever sent."""

    def append(self, _item: Any) -> None:
        """Keep nothing."""


def install() -> None:
    """Isolate subscriptions; queues receive within the publisher's request, so before its answer."""
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
        else:
            _publish(self, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 - whatever an endpoint does must stay its own
        _LOG.warning("%s: not delivered to %s: %r", self.topic.arn, self.endpoint, error)
