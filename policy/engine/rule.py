"""A rule: a function from a resource or a stack to messages about violations."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Required, TypedDict, Unpack

from policy.engine.parameters import model
from policy.engine.vocabulary import Concern, Level, Pack, Severity, When

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pydantic

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

    Check = Callable[[Resource], Iterable[str]]
    StackCheck = Callable[[Stack], Iterable["Finding"]]
    Remediate = Callable[[Resource], "dict[str, Any] | None"]

__all__ = [
    "ANY_TYPE",
    "Concern",
    "Finding",
    "Level",
    "Pack",
    "Rule",
    "RuleAttributes",
    "Severity",
    "When",
    "rule",
    "stack_rule",
]

ANY_TYPE = "*"
"""Matches every resource type."""


@dataclass(frozen=True)
class Finding:
    """A message of a stack rule and the resource that it is about."""

    message: str
    urn: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule, which is one CrossGuard policy of the same name."""

    name: str
    description: str
    types: tuple[str, ...]
    severity: Severity
    level: Level
    pack: Pack | None = None
    """Its pack; None for a rule outside the four packs."""
    concern: Concern = Concern.UNSTATED
    when: When = When.ALWAYS
    why: str = ""
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    references: tuple[str, ...] = ()
    remediation: str = ""
    check: Check | None = None
    stack_check: StackCheck | None = None
    remediate: Remediate | None = None
    """Returns the changed inputs and their new values."""

    @cached_property
    def parameters(self) -> type[pydantic.BaseModel]:
        """The names and types of `params`, as a model."""
        return model(self.params)

    def __call__(self, seen: Any) -> Iterator[Any]:
        """Run the check, so that a rule can be called like a function."""
        check = self.check or self.stack_check
        assert check is not None  # noqa: S101 - both decorators set one
        return iter(check(seen))


class RuleAttributes(TypedDict, total=False):
    """Arguments of both decorators; see `Rule`."""

    severity: Required[Severity]
    level: Required[Level]
    pack: Pack
    concern: Concern
    when: When
    why: str
    params: Mapping[str, Any]
    references: tuple[str, ...]
    remediation: str


def rule(
    *types: str, remediate: Remediate | None = None, **about: Unpack[RuleAttributes]
) -> Callable[[Check], Rule]:
    """Make the decorated check a rule on each resource of *types*; "*" matches every type."""

    def wrap(check: Check) -> Rule:
        return replace(describe(check, types, about), check=check, remediate=remediate)

    return wrap


def stack_rule(*types: str, **about: Unpack[RuleAttributes]) -> Callable[[StackCheck], Rule]:
    """Make the decorated check a rule on the whole stack; it is skipped where no type occurs."""

    def wrap(check: StackCheck) -> Rule:
        return replace(describe(check, types, about), stack_check=check)

    return wrap


def describe(check: Callable[..., Any], types: tuple[str, ...], about: RuleAttributes) -> Rule:
    """Return the rule without its check: named and described as the function is."""
    return Rule(
        name=_name(check),
        description=_description(check),
        types=types,
        **about,
    )


def _name(check: Callable[..., Any]) -> str:
    return check.__name__.replace("_", "-")


def _description(check: Callable[..., Any]) -> str:
    return inspect.cleandoc(check.__doc__ or "")
