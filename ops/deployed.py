"""What is deployed to the local cloud, read from the state of the stack `local`.

The state of an interrupted run lacks resources that were being created when it ended; they are in
the provider's journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.account import REGION
from localcloud.backend.recovery import CREATING
from localcloud.engine.creations import look_up
from ops import stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.engine.creations import Creation
    from localcloud.layout import Layout

STACK = "pulumi:pulumi:Stack"
DATABASE = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/instance:Instance"
MICROSERVICE = "bulkhead:service:Microservice"
LAMBDA, FARGATE = "lambda", "fargate"
FUNCTION = "aws:lambda/function:Function"
WORKLOADS = {FUNCTION: LAMBDA, "aws:ecs/service:Service": FARGATE}


@dataclass(frozen=True)
class Resource:
    """One resource of the stack."""

    urn: str
    type: str
    id: str
    parent: str
    properties: Mapping[str, Any]
    """Its outputs; its inputs if the engine has not saved outputs."""

    @property
    def name(self) -> str:
        """The logical name."""
        return name_of(self.urn)


@dataclass(frozen=True)
class Workload:
    """A function or an ECS service."""

    service: str
    """The microservice it belongs to; its own name if it belongs to the platform."""
    name: str
    kind: str
    id: str
    """The name of a function; its ARN if it is in another Region than the local cloud's."""


def label(one: Resource) -> str:
    """Return the name of the component that *one* is part of; its own name without one."""
    return one.name if f"::{STACK}::" in one.parent else name_of(one.parent)


def name_of(urn: str) -> str:
    """Return the logical name in *urn*."""
    return urn.rpartition("::")[2]


def resources(layout: Layout) -> dict[str, Resource]:
    """Return the deployed resources by URN."""
    return parse(stack.checkpoint(layout), lambda urn: look_up(layout, urn))


def parse(state: Mapping[str, Any], look_up: Callable[[str], Creation]) -> dict[str, Resource]:
    """Return the resources of *state*, and those that an interrupted run has created."""
    found = [one for one in state.get("resources") or () if not one.get("delete")]
    for operation in state.get("pending_operations") or ():
        if operation["type"] == CREATING:
            resource = operation["resource"]
            if made := look_up(resource["urn"]).id:
                found.append({**resource, "id": made})
    return {
        one["urn"]: Resource(
            one["urn"],
            one["type"],
            one.get("id", ""),
            one.get("parent", ""),
            one.get("outputs") or one.get("inputs") or {},
        )
        for one in found
    }


def workloads(found: Mapping[str, Resource]) -> list[Workload]:
    """Return the functions and ECS services among *found*, in alphabetical order."""
    listed: list[Workload] = []
    for one in found.values():
        if kind := WORKLOADS.get(one.type):
            name = label(one)  # of our own, the component's: LambdaFunction or FargateService
            listed.append(Workload(microservice(found, one) or name, name, kind, _id(one)))
    return sorted(listed, key=lambda one: one.name)


def _id(one: Resource) -> str:
    """Return the ID of a workload; of a function in another Region its ARN."""
    elsewhere = one.type == FUNCTION and one.properties.get("region", REGION) != REGION
    return one.properties.get("arn", one.id) if elsewhere else one.id


def incomplete(found: Mapping[str, Resource]) -> list[str]:
    """Return the names of microservices that have no workload."""
    complete = {one.service for one in workloads(found)}
    names = {one.name for one in found.values() if one.type == MICROSERVICE}
    return sorted(names - complete)


def of_type(found: Mapping[str, Resource], type_: str) -> list[Resource]:
    """Return the resources of the type *type_*."""
    return [one for one in found.values() if one.type == type_]


def databases(found: Mapping[str, Resource]) -> dict[str, Resource]:
    """Return the clusters and instances with a server of their own, by identifier."""
    instances = {
        str(one.properties.get("identifier")): one
        for one in of_type(found, INSTANCE)
        if not one.properties.get("replicateSourceDb")
    }
    return {**instances, **{one.id: one for one in of_type(found, DATABASE)}}


def microservice(found: Mapping[str, Resource], one: Resource) -> str:
    """Return the name of the microservice that *one* is part of, or ''."""
    parent = found.get(one.parent)
    while parent is not None and parent.type != MICROSERVICE:
        parent = found.get(parent.parent)
    return parent.name if parent else ""
