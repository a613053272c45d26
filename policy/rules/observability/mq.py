"""Rules on what message brokers write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

BROKER = "aws:mq/broker:Broker"


@rule(
    BROKER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without its logs nobody can say why a broker lost a connection, or who made a user.",
    references=(
        "FSBP MQ.2",
        "Config mq-cloudwatch-audit-log-enabled",
        "Config mq-broker-general-logging-enabled",
        "Checkov CKV_AWS_48",
        "Checkov CKV_AWS_197",
    ),
)
def mq_logs(broker: Resource) -> Iterator[str]:
    """Message brokers must send their logs to CloudWatch."""
    engine = broker.get("engineType")
    is_activemq = isinstance(engine, str) and engine.lower() == "activemq"
    off = [
        f"logs.{one}=True"
        for one in ("general", *(["audit"] if is_activemq else []))
        if (value := broker.get(f"logs.{one}")) is not UNKNOWN and not is_true(value)
    ]
    if off:
        yield (
            f"The message broker '{broker.name}' must send its logs to CloudWatch: set"
            f" {' and '.join(off)}."
        )
