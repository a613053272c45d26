"""Whether the policies of a role allow it to call GetWebIdentityToken.

This is the only operation whose permissions the emulated AWS evaluates, because services rely on
the audiences of tokens. Resource policies, boundaries and session policies are not evaluated.
"""

from __future__ import annotations

import json
import operator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ACTION = "sts:GetWebIdentityToken"
ALLOW_ALL = frozenset({"AdministratorAccess", "PowerUserAccess"})
"""AWS managed policies that allow the action; others have no statements in the emulated AWS."""


def refusal(session: Any, context: Mapping[str, list[str]]) -> str | None:
    """Return why the role of *session* is not allowed; None if it is.

    *context* has the values of the request's condition keys.
    """
    backend = iam_backends[session.account_id][session.partition]
    role = next((one for one in backend.get_roles() if one.arn == session.role_arn), None)
    applying = [one for one in _statements(role) if _applies(one, context)] if role else []
    who = f"User: {session.arn} is not authorized to perform: {ACTION}"
    if any(one.get("Effect") == "Deny" for one in applying):
        return f"{who} with an explicit deny in an identity-based policy"
    if any(one.get("Effect") == "Allow" for one in applying):
        return None
    return f"{who} because no identity-based policy allows the {ACTION} action"


def _statements(role: Any) -> Iterator[dict[str, Any]]:
    documents = [json.loads(text) for text in role.policies.values()]
    for policy in role.managed_policies.values():
        if policy.arn.startswith("arn:aws:iam::aws:") and policy.name in ALLOW_ALL:
            yield {"Effect": "Allow", "Action": "*", "Resource": "*"}
        default = next(one for one in policy.versions if one.is_default)
        documents.append(json.loads(default.document))
    for document in documents:
        yield from _listed(document.get("Statement", []))


def _applies(statement: Mapping[str, Any], context: Mapping[str, list[str]]) -> bool:
    actions = _listed(statement.get("Action", []))
    excluded = _listed(statement.get("NotAction", []))
    named = any(fnmatchcase(ACTION.lower(), one.lower()) for one in actions or excluded)
    return (
        named is not bool(excluded)
        and "*" in _listed(statement.get("Resource", []))
        and all(
            _holds(test, key, [str(one) for one in _listed(wanted)], context)
            for test, keys in (statement.get("Condition") or {}).items()
            for key, wanted in keys.items()
        )
    )


def _holds(test: str, key: str, wanted: list[str], context: Mapping[str, list[str]]) -> bool:
    """Return whether a condition holds; one with an unknown operator does not."""
    quantifier, _, operation = test.rpartition(":")
    name = operation.removesuffix("IfExists")
    values = next((found for one, found in context.items() if one.lower() == key.lower()), None)
    if name == "Null":
        return [str(values is None).lower()] == [one.lower() for one in wanted]
    compare = _OPERATORS.get(name)
    negated = "Not" in name
    if compare is None:
        return False
    if values is None:
        optional = name != operation or negated or quantifier == "ForAllValues"
        return optional and quantifier != "ForAnyValue"
    matches = [any(compare(value, one) for one in wanted) is not negated for value in values]
    return any(matches) if quantifier == "ForAnyValue" else all(matches)


def _numeric(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda value, wanted: compare(float(value), float(wanted))


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringNotEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringNotEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": fnmatchcase,
    "StringNotLike": fnmatchcase,
    "NumericEquals": _numeric(operator.eq),
    "NumericNotEquals": _numeric(operator.eq),
    "NumericLessThan": _numeric(operator.lt),
    "NumericLessThanEquals": _numeric(operator.le),
    "NumericGreaterThan": _numeric(operator.gt),
    "NumericGreaterThanEquals": _numeric(operator.ge),
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
