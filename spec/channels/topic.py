"""An SNS topic, with an SQS queue for each consumer."""

from __future__ import annotations

from typing import Literal

from spec.queues import QueueChannelSpec


class TopicChannel(QueueChannelSpec):
    """An SNS topic; each consumer has an SQS queue of its own."""

    KIND = "topic"
    VARIABLE = "TOPIC_ARN"

    kind: Literal["topic"]
    """An SNS topic."""
