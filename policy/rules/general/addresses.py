"""Rules on addresses in the configuration of services."""

from __future__ import annotations

import ipaddress
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.containers import containers
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import as_list, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator


_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]|/\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F:]{2,39}(?![\w:.]|/\d)")
_HOST = re.compile(r"(?<![\w.-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@stack_rule(
    aws.ECS_TASK_DEFINITION,
    aws.LAMBDA_FUNCTION,
    params={
        "hostPatterns": ["*.elb.amazonaws.com", "*.elb.*.amazonaws.com", "*.rds.amazonaws.com"],
        "nameExceptions": ["(?i)version"],
    },
)
@classify("architecture", "architecture", "medium", "mandatory")
def no_literal_address_in_service_config(stack: Stack) -> Findings:
    """Services must find each other by discovery names, not by literal addresses.

    A literal IP address or host name is wrong as soon as the target is replaced.
    """
    hosts, exceptions = stack.params["hostPatterns"], stack.params["nameExceptions"]
    for task in stack.of_type(aws.ECS_TASK_DEFINITION, aws.LAMBDA_FUNCTION):
        is_task = task.type == aws.ECS_TASK_DEFINITION
        property_name = "containerDefinitions" if is_task else "environment"
        for name, value in _of_containers(task) if is_task else _of_function(task):
            found = (
                [] if any(re.search(one, name) for one in exceptions) else addresses(value, hosts)
            )
            if any(not _is_output(stack, task, property_name, one) for one in found):
                yield task.finding(
                    f"The variable {name} of '{task.name}' must not contain a literal address: take"
                    " it from an output of the resource that it refers to, or from Service Connect"
                    " or DNS."
                )


def _of_containers(task: Resource) -> Iterator[tuple[str, str]]:
    for container in containers(task):
        for one in as_list(container.get("environment")):
            if is_object(one) and isinstance(one.get("value"), str):
                yield str(one.get("name")), one["value"]


def _of_function(function: Resource) -> Iterator[tuple[str, str]]:
    variables = function.get("environment.variables")
    for name, value in variables.items() if is_object(variables) else ():
        if isinstance(value, str):
            yield name, value


def addresses(value: str, host_patterns: list[str]) -> list[str]:
    """Return the IP addresses in *value* and the host names that match *host_patterns*."""
    found = [one for one in (*_IPV4.findall(value), *_IPV6.findall(value)) if _is_fixed(one)]
    hosts = [one.lower() for one in _HOST.findall(value)]
    return found + [one for one in hosts if any(fnmatchcase(one, p) for p in host_patterns)]


def _is_fixed(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _is_output(stack: Stack, task: Resource, property_name: str, address: str) -> bool:
    """Return whether *address* is an output of a resource that the property depends on."""
    origins = [one for one in stack.resources if stack.refers_to(task, property_name, one)]
    return any(_contains(one.props, address) for one in origins)


def _contains(value: Any, address: str) -> bool:
    if isinstance(value, str):
        return address in value.lower() or address in value
    if is_object(value):
        return any(_contains(one, address) for one in value.values())
    return is_array(value) and any(_contains(one, address) for one in value)
