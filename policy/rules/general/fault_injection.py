"""Rules on fault injection into services."""

from __future__ import annotations

from typing import Any

from policy.engine import resource_types as aws
from policy.engine.containers import containers
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import as_list, is_object

VARIABLE = "FAULT_INJECTION"


@rule(aws.ECS_TASK_DEFINITION, aws.LAMBDA_FUNCTION)
@classify("reliability", "resilience", "high", "mandatory", when="production")
def fault_injection_off(program: Resource) -> Messages:
    """Tasks and functions in production must not have fault injection enabled.

    With FAULT_INJECTION=on, the header of a request makes a service fail, wait or end.
    """
    if any(value == "on" for value in _values(program)):
        yield (
            f"'{program.name}' must not have fault injection enabled: remove {VARIABLE} from its"
            " environment variables, or set bulkhead:allow_fault_injection to false."
        )


def _values(program: Resource) -> list[Any]:
    variables = program.get("environment.variables")
    found = [variables.get(VARIABLE)] if is_object(variables) else []
    for container in containers(program):
        entries = [one for one in as_list(container.get("environment")) if is_object(one)]
        found += [one.get("value") for one in entries if one.get("name") == VARIABLE]
    return found
