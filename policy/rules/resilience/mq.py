"""Rules on message brokers that lose a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, When, rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

BROKER = "aws:mq/broker:Broker"


@rule(
    BROKER,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="A single broker is down for as long as its zone is, and whenever it is maintained.",
    references=("Config mq-active-deployment-mode", "Config mq-rabbit-deployment-mode"),
)
def mq_highly_available(broker: Resource) -> Iterator[str]:
    """Message brokers must have a standby in another zone."""
    mode = broker.get("deploymentMode")
    if mode not in ("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ", UNKNOWN):
        yield (
            f"The message broker '{broker.name}' must have a standby: set deployment_mode to"
            ' "ACTIVE_STANDBY_MULTI_AZ", or to "CLUSTER_MULTI_AZ" for RabbitMQ.'
        )
