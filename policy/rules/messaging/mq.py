"""Rules on message brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.frame.rule import Level, Severity, rule
from policy.frame.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.frame.resource import Resource

BROKER = "aws:mq/broker:Broker"


@rule(
    BROKER,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A broker on the internet is found within hours, and its password is all that is left.",
    references=("Config mq-no-public-access", "Checkov CKV_AWS_69", "Trivy AWS-0072"),
)
def mq_not_public(broker: Resource) -> Iterator[str]:
    """Message brokers must not be reachable from the internet."""
    if is_true(broker.get("publiclyAccessible")):
        yield (
            f"The message broker '{broker.name}' must stay private: set publicly_accessible=False."
        )


@rule(
    BROKER,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Minor versions close holes; a broker that does not take them keeps them open.",
    references=("FSBP MQ.3", "Config mq-auto-minor-version-upgrade-enabled", "Checkov CKV_AWS_207"),
    remediation="Set auto_minor_version_upgrade to True.",
    remediate=lambda _: {"autoMinorVersionUpgrade": True},
)
def mq_minor_upgrades(broker: Resource) -> Iterator[str]:
    """Message brokers must take minor versions by themselves."""
    upgrades = broker.get("autoMinorVersionUpgrade")
    if upgrades is not UNKNOWN and not is_true(upgrades):
        yield (
            f"The message broker '{broker.name}' must take minor versions: set"
            " auto_minor_version_upgrade=True."
        )
