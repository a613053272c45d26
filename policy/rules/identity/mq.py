"""Rules on logins to brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Finding, Level, Severity, stack_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.stack import Stack

BROKER = "aws:mq/broker:Broker"


@stack_rule(
    BROKER,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A password in a program is in its state, in its history and in every checkout.",
)
def mq_passwords_not_literal(stack: Stack) -> Iterator[Finding]:
    """Passwords of brokers must come from another resource."""
    for broker in stack.of(BROKER):
        literal = [one for one in broker.all("users.password") if isinstance(one, str) and one]
        if literal and stack.leaves_stack(broker, "users.password"):
            yield Finding(
                f"The broker '{broker.name}' must take its passwords from a secret: set"
                " users.password to an output of one, such as a random password.",
                broker.urn,
            )
