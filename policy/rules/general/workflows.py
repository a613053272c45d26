"""Rules on retries and compensation in workflows."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.states import is_saga, reachable_states, states
from policy.engine.values import as_list, is_object, number


@rule(aws.SFN_STATE_MACHINE)
@classify("reliability", "resilience", "medium", "mandatory")
def saga_step_has_compensation(machine: Resource) -> Messages:
    """Saga steps must catch failures and lead to a compensation.

    Without compensation, a failed saga leaves the steps that already succeeded in place.
    """
    if not is_saga(machine):
        return
    for state in reachable_states(machine.document("definition")):
        covered = any(one.catches_all for one in (state, *state.enclosing))
        if state.body.get("Type") == "Task" and not covered:
            yield (
                f"The step '{state.name}' of the saga '{machine.name}' must have a compensation:"
                ' add to its Catch in definition an entry with ErrorEquals ["States.ALL"] and Next.'
            )


@rule(aws.SFN_STATE_MACHINE, params={"maxAttempts": 10, "minBackoffRate": 1})
@classify("reliability", "resilience", "medium", "advisory")
def retry_bounded_with_backoff(machine: Resource) -> Messages:
    """Retries in state machines must be bounded and back off.

    Unlimited or immediate retries keep a recovering service overloaded.
    """
    most, least = machine.params["maxAttempts"], machine.params["minBackoffRate"]
    for state in states(machine.document("definition")):
        for entry in as_list(state.body.get("Retry")):
            if not is_object(entry):
                continue
            attempts, rate = number(entry.get("MaxAttempts")), number(entry.get("BackoffRate"))
            if attempts is None or attempts > most or rate is None or rate < least:
                jitter = "" if "JitterStrategy" in entry else ', best with JitterStrategy "FULL"'
                yield (
                    f"A Retry of the state '{state.name}' of '{machine.name}' must be bounded: set"
                    f" MaxAttempts to {most:.0f} or less and BackoffRate to {least:.0f} or more in"
                    f" definition{jitter}."
                )
