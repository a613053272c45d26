"""Parses IAM policy documents: statements, principals, actions and conditions.

See "Grammar of the IAM JSON policy language" in the IAM User Guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policy.engine.conditions import are_restrictive, cover_all_addresses
from policy.engine.requirement import argument_name
from policy.engine.resource import parse_json
from policy.engine.values import UNKNOWN, as_list, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.engine.resource import Resource

SOURCE_CONDITION = "a condition on aws:SourceArn or aws:PrincipalOrgID"
_RESTRICTING_OPERATORS = re.compile(  # not ForAllValues, which is true if the key is absent
    r"(?i)^(foranyvalue:)?"
    r"(stringequals|stringequalsignorecase|stringlike|arnequals|arnlike|ipaddress|numericequals)$"
)

PROBE = "zz-any-name-at-all"
"""A name that no pattern matches by accident."""


@dataclass(frozen=True)
class Statement:
    """A statement of a policy document, without unknown parts."""

    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    """Kind ("AWS", "Service", "Federated", or "*") and value of each principal."""
    has_not_principal: bool
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Operator, condition key in lower case, and values."""

    @property
    def has_public_principal(self) -> bool:
        """Return whether it covers every principal: "*", AWS "*", or NotPrincipal in an Allow."""
        named = any(value == "*" and kind in ("*", "AWS") for kind, value in self.principals)
        return self.allows and (named or self.has_not_principal)

    def is_restricted_by(self, keys: Iterable[str]) -> bool:
        """Return whether a condition on one of *keys* restricts access."""
        wanted = {key.lower() for key in keys}
        return any(
            key in wanted and _RESTRICTING_OPERATORS.match(operator) and are_restrictive(values)
            for operator, key, values in self.conditions
        )

    @property
    def is_conditional(self) -> bool:
        """Return whether a condition restricts it: one that not every request over TLS meets."""
        return any(
            key != "aws:securetransport"
            and not any(matches(one, PROBE) for one in values)
            and not cover_all_addresses(values)
            for _, key, values in self.conditions
        )

    def requires_key(self, *prefixes: str) -> bool:
        """Return whether a condition requires a key with one of *prefixes*, such as a tag.

        A prefix without a service ("ResourceTag/") matches the keys of every service.
        """
        wanted = tuple(prefix.lower() for prefix in prefixes)
        return any(
            (key.startswith(wanted) or key.partition(":")[2].startswith(wanted))
            and (
                _RESTRICTING_OPERATORS.match(operator)
                or (operator.lower(), *map(str.lower, values)) == ("null", "false")
            )
            for operator, key, values in self.conditions
        )

    def lists_action(self, action: str) -> bool:
        """Return whether the statement's Action, including wildcards, covers *action*."""
        return any(matches(pattern, action) for pattern in self.actions)

    def allows_action(self, action: str) -> bool:
        """Return the same, where NotAction covers every action that it does not list."""
        if self.not_actions:
            return not any(matches(pattern, action) for pattern in self.not_actions)
        return self.lists_action(action)

    @property
    def denies_plain_http(self) -> bool:
        """Return whether it denies every principal without TLS, with no other condition."""
        public = any(value == "*" and kind in ("*", "AWS") for kind, value in self.principals)
        tests = [
            (operator.lower(), key, tuple(value.lower() for value in values))
            for operator, key, values in self.conditions
        ]
        wanted = ("aws:securetransport", ("false",))
        plain = [((operator, *wanted),) for operator in ("bool", "boolifexists")]
        return not self.allows and public and tuple(tests) in plain

    @property
    def covers_every_resource(self) -> bool:
        """Return whether it covers every resource: "*" or the like, or NotResource.

        A pattern for every resource of one account or Region is among them.
        """
        return any(covers(one, PROBE, PROBE) for one in self.resources) or bool(self.not_resources)

    @property
    def covers_every_action(self) -> bool:
        """Return whether its Action covers every action of every service."""
        return self.lists_action(f"{PROBE}:{PROBE}")


@lru_cache(maxsize=10_000)
def matches(pattern: str, name: str) -> bool:
    """Match as IAM does: case-insensitive, with the wildcards * and ?."""
    return fnmatchcase(name.lower(), re.sub(r"\[", "[[]", pattern.lower()))


def covers(pattern: str, resource: str, service: str) -> bool:
    """Return whether the ARN *pattern* matches *resource* in the account and Region it names."""
    parts = pattern.split(":", maxsplit=5)
    parts += [""] * (len(("arn", "partition", "service", "region", "account", "")) - len(parts))
    _, partition, _, region, account, _ = ("any" if "*" in one else one for one in parts)
    return matches(pattern, f"arn:{partition}:{service}:{region}:{account}:{resource}")


def statements(document: Any) -> list[Statement]:
    """Return the statements of *document*, JSON text or an object; none if it is anything else."""
    parsed = parse_json(document)
    if not is_object(parsed):
        return []
    return [_statement(one) for one in as_list(parsed.get("Statement")) if is_object(one)]


def allow_statements(documents: Iterable[Any]) -> Iterator[Statement]:
    """Yield every Allow statement of *documents*."""
    for document in documents:
        yield from (one for one in statements(document) if one.allows)


def public_statements(document: Any, restricting_keys: Iterable[str]) -> list[Statement]:
    """Return the statements of *document* that allow every principal.

    A statement with a condition on one of *restricting_keys* is not among them.
    """
    keys = tuple(restricting_keys)
    return [
        one
        for one in statements(document)
        if one.has_public_principal and not one.is_restricted_by(keys)
    ]


def grants_public_access(document: Any, restricting_keys: Iterable[str]) -> bool:
    """Return whether *document* allows every principal, without a restricting condition."""
    return bool(public_statements(document, restricting_keys))


def public_access(
    resource: Resource,
    noun: str,
    principals: str,
    restriction: str = "a Condition that restricts it",
    path: str = "policy",
) -> Iterator[str]:
    """Yield a violation if the policy document at *path* allows every principal.

    The message tells to name *principals*, or to add *restriction*.
    """
    keys = resource.settings.restricting_condition_keys
    if grants_public_access(resource.document(path), keys):
        yield (
            f"The {noun} '{resource.name}' must not allow every principal: name {principals} in"
            f" {argument_name(path)}, or add {restriction}."
        )


def _statement(raw: dict[str, Any]) -> Statement:
    return Statement(
        allows=raw.get("Effect") == "Allow",
        actions=_texts(raw.get("Action")),
        not_actions=_texts(raw.get("NotAction")),
        resources=_texts(raw.get("Resource")),
        not_resources=_texts(raw.get("NotResource")),
        principals=tuple(_principals(raw.get("Principal"))),
        has_not_principal=raw.get("NotPrincipal") is not None,
        conditions=tuple(_conditions(raw.get("Condition"))),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in as_list(value) if isinstance(one, str))


def _principals(value: Any) -> Iterator[tuple[str, str]]:
    if is_object(value):
        for kind, names in value.items():
            yield from ((kind, name) for name in _texts(names))
    elif is_array(value) or isinstance(value, str):
        yield from (("*" if name == "*" else "AWS", name) for name in _texts(value))


def _conditions(value: Any) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if not is_object(value) or value is UNKNOWN:
        return
    for operator, tests in value.items():
        if is_object(tests):
            for key, values in tests.items():
                listed = [UNKNOWN] if values is UNKNOWN else as_list(values)
                yield operator, key.lower(), tuple(str(one) for one in listed)
