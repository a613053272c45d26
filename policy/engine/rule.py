"""A rule: a function from a resource or a stack to messages about violations.

A rule module imports everything that describes a rule from here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from policy.engine.parameters import model
from policy.engine.resource import Finding, Resource
from policy.engine.stack import Stack
from policy.engine.vocabulary import Concern, Level, Pack, Severity, When

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pydantic

    from policy.engine.vocabulary import (
        ConcernName,
        LevelName,
        PackName,
        SeverityName,
        WhenName,
    )

    Check = Callable[[Resource], Iterable["str | Finding"]]
    StackCheck = Callable[[Stack], Iterable["Finding"]]
    Remediate = Callable[[Resource], "dict[str, Any] | None"]
    Function = TypeVar("Function", bound=Callable[..., Any])

__all__ = [
    "ANY_TYPE",
    "Concern",
    "Finding",
    "Findings",
    "Level",
    "Messages",
    "Pack",
    "Resource",
    "Rule",
    "RuleAttributes",
    "Severity",
    "Stack",
    "When",
    "classify",
    "rule",
    "stack_rule",
]

Messages = Iterator[str]
"""The messages of a rule about one resource."""

ANY_TYPE = "*"
"""Matches every resource type."""


Findings = Iterator[Finding]
"""The findings of a rule about the stack, or of one that says which of its parts is violated."""

CONTROLS = ("FSBP ", "Security Hub ")
"""Prefixes of the references to controls of AWS Security Hub: of its standard FSBP, and others."""


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
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    """Reference -> the parts of the rule that it is about, if it is not about the whole rule."""
    remediation: str = ""
    check: Check | None = None
    stack_check: StackCheck | None = None
    remediate: Remediate | None = None
    """Returns the changed inputs and their new values."""

    @cached_property
    def parameters(self) -> type[pydantic.BaseModel]:
        """The names and types of `params`, as a model."""
        return model(self.params)

    def controls(self, finding: Finding) -> list[str]:
        """Return the controls of AWS Security Hub that *finding* violates, if there are several."""
        cited = [one for one in self.references if one.startswith(CONTROLS)]
        types = "".join(finding.urn.split("::", maxsplit=3)[2:3]).rpartition("$")[2]
        violated = {*finding.parts, *types.split(":")[1:2]}
        found = [
            one
            for one in cited
            if one not in self.parts or not violated.isdisjoint(self.parts[one])
        ]
        return found if len(cited) > 1 else []

    def __call__(self, seen: Any) -> Iterator[Any]:
        """Run the check, so that a rule can be called like a function."""
        check = self.check or self.stack_check
        assert check is not None  # noqa: S101 - both decorators set one
        return iter(check(seen))


class RuleAttributes(TypedDict, total=False):
    """Arguments of both decorators; see `Rule`. `severity` and `level` are required.

    `classify` and the docstring give most of them.
    """

    severity: Severity
    level: Level
    pack: Pack
    concern: Concern
    when: When
    why: str
    params: Mapping[str, Any]
    references: tuple[str, ...]
    remediation: str


def classify(
    pack: PackName,
    concern: ConcernName,
    severity: SeverityName,
    level: LevelName,
    when: WhenName = "always",
) -> Callable[[Function], Function]:
    """Classify the decorated function, before another decorator makes it a rule."""
    given = RuleAttributes(
        pack=Pack(pack),
        concern=Concern(concern),
        severity=Severity(severity),
        level=Level(level),
        when=When(when),
    )

    def mark(function: Function) -> Function:
        vars(function)[_CLASSIFICATION] = given
        return function

    return mark


def rule(
    *types: str, remediate: Remediate | None = None, **about: Unpack[RuleAttributes]
) -> Callable[[Check], Rule]:
    """Make the decorated check a rule on each resource of *types*; "*" matches every type.

    The docstring has the description, then what the violation leads to (`why`), then the lines
    "References:" and "Remediation:", each after an empty line except the last. In a rule that
    combines controls of AWS, a reference names the parts that it is about, separated by spaces:
    "FSBP RDS.7 (rds/cluster), FSBP RDS.8 (rds/instance)". Its messages end with those controls.
    """

    def wrap(check: Check) -> Rule:
        return replace(describe(check, types, about), check=check, remediate=remediate)

    return wrap


def stack_rule(*types: str, **about: Unpack[RuleAttributes]) -> Callable[[StackCheck], Rule]:
    """Make the decorated check a rule on the whole stack; it is skipped where no type occurs."""

    def wrap(check: StackCheck) -> Rule:
        return replace(describe(check, types, about), stack_check=check)

    return wrap


def describe(check: Callable[..., Any], types: tuple[str, ...], about: RuleAttributes) -> Rule:
    """Return the rule without its check: named, classified and described as the function is."""
    classification = vars(check).get(_CLASSIFICATION, {})
    text = inspect.cleandoc(check.__doc__ or "")
    documented = _documented(text, has_reason="why" in about)
    name = check.__name__.replace("_", "-")
    attributes: dict[str, Any] = {**documented, **classification, **about}
    return Rule(name=name, types=types, **attributes)


_CLASSIFICATION = "classification"
_REFERENCE = re.compile(r"(?P<name>[^()]+?)(?: \((?P<parts>[^()]+)\))?")
_LABEL = re.compile(r"^(References|Remediation): ", re.MULTILINE)


def _documented(text: str, *, has_reason: bool) -> dict[str, Any]:
    """Return the attributes in a docstring: its paragraphs and the labelled lines at its end.

    The whole text is the description if the reason is given otherwise.
    """
    body, *labelled = _LABEL.split(text)
    labels = {
        name: " ".join(value.split())
        for name, value in zip(labelled[::2], labelled[1::2], strict=True)
    }
    description, _, why = body.strip().partition("\n\n")
    found: dict[str, Any] = {"description": body.strip() if has_reason else description}
    if why and not has_reason:
        found["why"] = " ".join(why.split())
    if "References" in labels:
        references = [_REFERENCE.fullmatch(one) for one in labels["References"].split(", ")]
        found["references"] = tuple(one["name"] for one in references if one)
        found["parts"] = {
            one["name"]: frozenset(one["parts"].split())
            for one in references
            if one and one["parts"]
        }
    if "Remediation" in labels:
        found["remediation"] = labels["Remediation"]
    return found
