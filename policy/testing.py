"""For people who write rules: build what a rule sees exactly as the engine sends it.

queue = resource("aws:sqs/queue:Queue", "orders", {"kmsMasterKeyId": unknown})
assert messages(sqs_encrypted, queue) == []
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import struct_pb2

from policy.frame.evaluate import Evaluator, RuleConfig
from policy.frame.resource import Options, Resource
from policy.frame.settings import Settings
from policy.frame.stack import Stack
from policy.frame.values import UNKNOWN, from_struct, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policy.frame.evaluate import Violation
    from policy.frame.rule import Rule

unknown: Any = UNKNOWN
"""Stands in the properties for a value that is not known yet."""


def urn(typ: str, name: str, parent: str = "") -> str:
    """Return the URN of a resource in the made-up stack `test`."""
    return f"urn:pulumi:test::bulkhead::{parent + '$' if parent else ''}{typ}::{name}"


def resource(
    typ: str,
    name: str,
    props: Mapping[str, Any],
    *,
    provider: Mapping[str, Any] | None = None,
    parent: str = "",
) -> Resource:
    """Return a resource whose *props* have been through the engine's own encoding."""
    return Resource(
        typ, name, urn(typ, name), _sent(props), _sent(provider or {}), Options(parent=parent)
    )


def stack(
    *resources: Resource,
    property_dependencies: Mapping[Resource | str, Mapping[str, Iterable[Resource]]] | None = None,
) -> Stack:
    """Return a stack of *resources*.

    *property_dependencies*: name of a resource -> property -> resources that its value comes from.
    """
    by_name = {one.name: one for one in resources}
    joined: dict[str, dict[str, list[str]]] = {}
    for source, props in (property_dependencies or {}).items():
        origin = by_name[source] if isinstance(source, str) else source
        joined[origin.urn] = {key: [one.urn for one in ones] for key, ones in props.items()}
    return Stack(list(resources), joined)


def messages(
    rule: Rule,
    seen: Resource | Stack,
    *,
    settings: Settings | None = None,
    params: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return what *rule* says about *seen*: nothing where it is kept."""
    return [one.message for one in violations(rule, seen, settings=settings, params=params)]


def violations(
    rule: Rule,
    seen: Resource | Stack,
    *,
    settings: Settings | None = None,
    params: Mapping[str, Any] | None = None,
) -> list[Violation]:
    """Return the same with level and URN. A rule that raised fails the test that called this."""
    chosen = settings or Settings(opted_in=(rule.name,))
    configured = {rule.name: RuleConfig(params=_sent(params or {}))}
    evaluator = Evaluator([rule], chosen, configured)
    found = list(evaluator.stack(seen) if isinstance(seen, Stack) else evaluator.resource(seen))
    failed = [one.message for one in found if "could not be evaluated" in one.message]
    if failed:
        raise AssertionError(failed[0])
    return found


def _sent(props: Mapping[str, Any]) -> dict[str, Any]:
    struct = struct_pb2.Struct()
    struct.update(to_wire(dict(props)))
    return from_struct(struct)
