"""Rules on stores outside of components."""

from __future__ import annotations

from policy.engine.rule import Findings, Messages, Resource, Stack, classify, stack_rule
from policy.engine.values import as_list

_TYPES = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:dynamodb/table:Table",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/serverlessCache:ServerlessCache",
    "aws:s3/bucket:Bucket",
    "aws:sqs/queue:Queue",
    "aws:sns/topic:Topic",
    "aws:ecs/service:Service",
    "aws:lambda/function:Function",
)


@stack_rule(*_TYPES, params={"componentPrefixes": ["bulkhead:"]})
@classify("architecture", "architecture", "medium", "advisory")
def raw_store_outside_component(stack: Stack) -> Findings:
    """Resources for data, messages and code must be created by a component.

    Components add encryption, alarms and backups that a resource created directly lacks.
    """
    prefixes = tuple(one for one in as_list(stack.params["componentPrefixes"]) if one)
    for one in stack.of_type(*_TYPES):
        if not any(typ.startswith(prefixes) for typ in _parent_types(stack, one)):
            yield one.finding(
                f"The resource '{one.name}' must be created by a component: use one whose type"
                f" begins with {' or '.join(prefixes)}, or set parent in its ResourceOptions to"
                " such a component."
            )


def _parent_types(stack: Stack, resource: Resource) -> Messages:
    """Yield the types of the parent components of *resource*, which its URN contains."""
    for urn in stack.lineage(resource):
        types = _qualified_type(urn)
        yield from types[:-1] if urn == resource.urn else types


def _qualified_type(urn: str) -> list[str]:
    parts = urn.split("::")
    return parts[2].split("$") if len(parts) > 2 else []  # noqa: PLR2004 - urn:pulumi:<stack>::<project>::<types>::<name>
