"""Test helpers for rules: build resources and stacks exactly as the engine sends them.

queue = resource("aws:sqs/queue:Queue", "orders", {"kmsMasterKeyId": unknown})
assert messages(sqs_encrypted, queue) == []
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import struct_pb2

from policy.engine.evaluate import Evaluator, RuleConfig
from policy.engine.resource import Options, Resource
from policy.engine.rule import ANY_TYPE
from policy.engine.settings import Settings
from policy.engine.stack import Stack
from policy.engine.values import UNKNOWN, from_struct, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from policy.engine.evaluate import Violation
    from policy.engine.rule import Rule

unknown: Any = UNKNOWN
"""Placeholder for a property value that is not known yet."""


def urn(typ: str, name: str, parent: str = "") -> str:
    """Return the URN of a resource in the fictitious stack `test`."""
    return f"urn:pulumi:test::bulkhead::{parent + '$' if parent else ''}{typ}::{name}"


def resource(  # noqa: PLR0913 - what a rule may ask of one, each part named
    typ: str,
    name: str,
    props: Mapping[str, Any],
    *,
    provider: Mapping[str, Any] | None = None,
    provider_name: str = "",
    parent: str = "",
) -> Resource:
    """Return a resource whose *props* went through the engine's encoding."""
    return Resource(
        typ,
        name,
        urn(typ, name),
        _sent(props),
        _sent(provider or {}),
        Options(parent=parent),
        provider_name=provider_name,
    )


def check(  # noqa: PLR0913 - what a rule has to be shown, each part named
    rule: Rule,
    typ: str,
    whole: Mapping[str, Any],
    *,
    broken: Iterable[Mapping[str, Any]],
    kept: Iterable[Mapping[str, Any]] = (),
    unknown_at: Iterable[str] = (),
    settings: Settings | None = None,
) -> None:
    """Assert that *rule* accepts and rejects resources of *typ* as expected.

    *whole*: inputs of a realistic resource that complies. *kept* and *broken*: changes of
    them that comply, or violate the rule (None removes an input). *unknown_at*: inputs that do
    not matter while unknown. Raises AssertionError with the case that differs.
    """
    for change in [{}, *kept, *({path: unknown} for path in unknown_at)]:
        said = messages(rule, resource(typ, "shop", changed(whole, change)), settings=settings)
        _expect(not said, f"{rule.name} must accept {typ} with {change!r}, but says {said}")
    for change in broken:
        said = messages(rule, resource(typ, "shop", changed(whole, change)), settings=settings)
        _expect(bool(said), f"{rule.name} must refuse {typ} with {change!r}")
        for one in said:
            well_said = "'shop'" in one and " must " in one and one.endswith(".")
            _expect(well_said, f"{rule.name} must name the resource in a sentence: {one!r}")
    if ANY_TYPE not in rule.types:
        other = resource("aws:xray/group:Group", "shop", whole)
        _expect(not messages(rule, other), f"{rule.name} must not judge other types")


def check_stack(
    rule: Rule,
    *,
    kept: Iterable[Stack],
    broken: Iterable[Stack],
    settings: Settings | None = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Assert that the stack rule *rule* accepts *kept* and rejects each stack of *broken*.

    *kept* also contains undecidable stacks. Raises AssertionError with the number of
    the stack that differs.
    """
    for number, one in enumerate(kept, 1):
        said = messages(rule, one, settings=settings, params=params)
        _expect(not said, f"{rule.name} must accept stack {number}, but says {said}")
    for number, one in enumerate(broken, 1):
        said = messages(rule, one, settings=settings, params=params)
        _expect(bool(said), f"{rule.name} must refuse stack {number}")
        for text in said:
            well_said = "'" in text and " must " in text and text.endswith(".")
            _expect(well_said, f"{rule.name} must name the resource in a sentence: {text!r}")


def changed(whole: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return *whole* with *change* applied; a value of None removes the input."""
    merged = {**whole, **change}
    return {key: value for key, value in merged.items() if value is not None}


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


def stack(
    *resources: Resource,
    property_dependencies: Mapping[Resource | str, Mapping[str, Iterable[Resource]]] | None = None,
) -> Stack:
    """Return a stack of *resources*.

    *property_dependencies*: name of a resource -> property -> resources that it depends on.
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
    today: date | None = None,
) -> list[str]:
    """Return the messages of *rule* about *seen*; none if it complies."""
    found = violations(rule, seen, settings=settings, params=params, today=today)
    return [one.message for one in found]


def violations(
    rule: Rule,
    seen: Resource | Stack,
    *,
    settings: Settings | None = None,
    params: Mapping[str, Any] | None = None,
    today: date | None = None,
) -> list[Violation]:
    """Return the violations with level and URN. An exception in the rule fails the test."""
    chosen = settings or Settings(opted_in=(rule.name,))
    configured = {rule.name: RuleConfig(params=_sent(params or {}))}
    evaluator = Evaluator([rule], chosen, configured, today)
    found = list(evaluator.stack(seen) if isinstance(seen, Stack) else evaluator.resource(seen))
    failed = [one.message for one in found if "could not be evaluated" in one.message]
    if failed:
        raise AssertionError(failed[0])
    return found


def _sent(props: Mapping[str, Any]) -> dict[str, Any]:
    struct = struct_pb2.Struct()
    struct.update(to_wire(dict(props)))
    return from_struct(struct)
