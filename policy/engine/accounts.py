"""Accounts that resource policies name, and those that belong to the program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policy.engine.resource import parse_json
from policy.engine.values import as_list

if TYPE_CHECKING:
    from policy.engine.iam import Statement
    from policy.engine.resource import Resource

_PRINCIPAL = re.compile(r"^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)")
_OWNER = re.compile(r"^arn:[^:]*:[^:]*:[^:]*:(\d{12}):")


def trusted_accounts(resource: Resource) -> set[str]:
    """Return the trusted accounts of the settings and the allowed ones of the provider."""
    found = resource.provider_props.get("allowedAccountIds")
    ids = parse_json(found) if isinstance(found, str) else found
    allowed = [one for one in as_list(ids) if isinstance(one, str)]
    return {*resource.settings.trusted_accounts, *allowed}


def named_accounts(statement: Statement) -> set[str]:
    """Return the accounts that *statement* names as principals."""
    return _matched(_PRINCIPAL, [value for kind, value in statement.principals if kind == "AWS"])


def owning_accounts(statement: Statement) -> set[str]:
    """Return the accounts in the ARNs of the resources of *statement*."""
    return _matched(_OWNER, statement.resources)


def _matched(pattern: re.Pattern[str], texts: list[str] | tuple[str, ...]) -> set[str]:
    return {found[1] for text in texts if (found := pattern.match(text))}
