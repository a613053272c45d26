"""The environment's EventBridge bus, with an SQS queue for each consumer."""

from __future__ import annotations

from typing import Literal

from spec.queues import QueueChannelSpec


class BusChannel(QueueChannelSpec):
    """The environment's EventBridge bus; each consumer has a rule and an SQS queue of its own."""

    KIND = "bus"
    VARIABLE = "BUS_NAME"

    kind: Literal["bus"]
    """The environment's EventBridge bus, which archives events so that they can be replayed."""
