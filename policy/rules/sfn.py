"""Rules on Step Functions state machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.states import states
from policy.engine.values import UNKNOWN, as_list, is_missing, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.states import State

_LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


@rule(aws.SFN_STATE_MACHINE)
@classify("reliability", "messaging", "medium", "advisory")
def sfn_definition_parses(machine: Resource) -> Messages:
    """Definitions of state machines must be JSON whose states lead to states that exist.

    An invalid definition fails during the deployment, or later when an execution reaches the
    missing state.
    """
    definition = machine.document("definition")
    if definition is UNKNOWN:
        return
    if not is_object(definition):
        yield (
            f"The state machine '{machine.name}' must have a valid definition: set definition to"
            ' the JSON text of an object with "StartAt" and "States".'
        )
        return
    for key, target in _missing_states(definition):
        named = f", not '{target}'" if isinstance(target, str) else ""
        yield (
            f"{key} in the state machine '{machine.name}' must lead to a state that exists: use the"
            f" name of a state at the same level of definition{named}."
        )


def _missing_states(definition: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys whose target state does not exist, and that target."""
    inner = list(states(definition))
    machines = {id(one): one for one in (definition, *(state.machine for state in inner))}
    for one in machines.values():
        if not _is_in(one, one.get("StartAt")):
            yield "StartAt", one.get("StartAt")
    for state in inner:
        for key, target in _targets(state.body):
            if not _is_in(state.machine, target):
                yield key, target


def _targets(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key in ("Next", "Default"):
        if body.get(key) is not None:
            yield key, body[key]
    for key in ("Choices", "Catch"):
        for one in as_list(body.get(key)):
            if is_object(one):
                yield f"Next of {key}", one.get("Next")


def _is_in(machine: dict[str, Any], name: Any) -> bool:
    own = machine.get("States")
    if name is UNKNOWN or own is UNKNOWN:
        return True
    return isinstance(name, str) and is_object(own) and name in own


@rule(aws.SFN_STATE_MACHINE)
@classify("audit", "observability", "medium", "mandatory")
def sfn_logging(machine: Resource) -> Messages:
    """State machines must log failures.

    Without logs, failed executions are hard to diagnose.

    References: FSBP StepFunctions.1, Config step-functions-state-machine-logging-enabled,
    Checkov CKV_AWS_285, cdk-nag AwsSolutions-SF1
    """
    logs = machine.get("loggingConfiguration.level") in ("ERROR", "ALL", UNKNOWN)
    if not logs or machine.is_missing("loggingConfiguration.logDestination"):
        yield (
            f"The state machine '{machine.name}' must log failures: set logging_configuration.level"
            ' to "ERROR" or "ALL" and log_destination to a log group.'
        )


@require_value(aws.SFN_STATE_MACHINE, path="tracingConfiguration.enabled")
@classify("architecture", "observability", "low", "advisory")
def sfn_tracing() -> None:
    """State machines must trace executions.

    Traces show which step of a workflow, or which service it calls, was slow.

    References: Checkov CKV_AWS_284, cdk-nag AwsSolutions-SF2
    """


@rule(aws.SFN_STATE_MACHINE)
@classify("reliability", "resilience", "medium", "advisory")
def sfn_task_failure_handling(machine: Resource) -> Messages:
    """Tasks of state machines must retry or catch failures.

    Without a retry or catch, a transient error fails the whole execution.
    """
    for state in _tasks(machine):
        if not any(_has_entries(state.body.get(one)) for one in ("Retry", "Catch")):
            yield (
                f"The task '{state.name}' of '{machine.name}' must retry or catch failures: add"
                " Retry or Catch to it in definition."
            )


def _has_entries(entries: Any) -> bool:
    return entries is UNKNOWN or any(one is UNKNOWN or is_object(one) for one in as_list(entries))


@rule(aws.SFN_STATE_MACHINE)
@classify("reliability", "resilience", "medium", "advisory")
def sfn_task_timeout(machine: Resource) -> Messages:
    """Tasks of state machines must have a timeout.

    Without a timeout, an execution whose task never responds stays open for up to a year.
    """
    for state in _tasks(machine):
        if all(is_missing(state.body.get(one)) for one in _LIMITS):
            yield (
                f"The task '{state.name}' of '{machine.name}' must have a timeout: add"
                " TimeoutSeconds or HeartbeatSeconds to it in definition."
            )


def _tasks(machine: Resource) -> Iterator[State]:
    found = states(machine.document("definition"))
    return (one for one in found if one.body.get("Type") == "Task")
