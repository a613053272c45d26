"""Rules on what state machines write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

STATE_MACHINE = "aws:sfn/stateMachine:StateMachine"


@rule(
    STATE_MACHINE,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A workflow that fails at night is understood in the morning only from its log.",
    references=(
        "FSBP StepFunctions.1",
        "Config step-functions-state-machine-logging-enabled",
        "Checkov CKV_AWS_285",
        "cdk-nag AwsSolutions-SF1",
    ),
)
def sfn_logging(machine: Resource) -> Iterator[str]:
    """State machines must log what fails."""
    logs = machine.get("loggingConfiguration.level") in ("ERROR", "ALL", UNKNOWN)
    if not logs or machine.is_missing("loggingConfiguration.logDestination"):
        yield (
            f"The state machine '{machine.name}' must log what fails: set"
            ' logging_configuration.level to "ERROR" or "ALL" and log_destination to a log group.'
        )


@rule(
    STATE_MACHINE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="A trace shows which step of a workflow was slow, across the services that it calls.",
    references=("Checkov CKV_AWS_284", "cdk-nag AwsSolutions-SF2"),
)
def sfn_tracing(machine: Resource) -> Iterator[str]:
    """State machines must trace their executions."""
    enabled = machine.get("tracingConfiguration.enabled")
    if enabled is not UNKNOWN and not is_true(enabled):
        yield (
            f"The state machine '{machine.name}' must trace its executions: set"
            " tracing_configuration.enabled=True."
        )
