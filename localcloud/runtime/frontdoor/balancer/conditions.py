"""The conditions of listener rules, with wildcards."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from localcloud.runtime.frontdoor.balancer.request_view import RequestView


Condition = Callable[["RequestView"], bool]


class UnknownConditionError(ValueError):
    """Raised for a rule whose condition field is not supported locally."""


def wildcard(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return *pattern* as a regular expression: `*` matches any characters, `?` exactly one."""
    kinds = {"*": ".*", "?": "."}
    expression = "".join(kinds.get(character) or re.escape(character) for character in pattern)
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def condition(described: Mapping[str, Any]) -> Condition:
    """Return the predicate of a condition *described* in a response of DescribeRules."""
    kind = str(described.get("Field", ""))
    build = _KINDS.get(kind)
    if build is None:
        known = ", ".join(sorted(_KINDS))
        raise UnknownConditionError(f"condition '{kind}' is not supported locally: use {known}")
    return build(described)


def _settings(described: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the condition's config, such as PathPatternConfig, or its older field `Values`."""
    return described.get(name) or {"Values": described.get("Values", [])}


def _patterns(settings: Mapping[str, Any], *, ignore_case: bool) -> Sequence[re.Pattern[str]]:
    return [wildcard(value, ignore_case=ignore_case) for value in settings.get("Values") or []]


def _matches_any(patterns: Iterable[re.Pattern[str]], value: str) -> bool:
    return any(pattern.fullmatch(value) for pattern in patterns)


def _host(described: Mapping[str, Any]) -> Condition:
    patterns = _patterns(_settings(described, "HostHeaderConfig"), ignore_case=True)
    return lambda request: _matches_any(patterns, request.host)


def _path(described: Mapping[str, Any]) -> Condition:
    patterns = _patterns(_settings(described, "PathPatternConfig"), ignore_case=False)
    return lambda request: _matches_any(patterns, request.path)


def _header(described: Mapping[str, Any]) -> Condition:
    settings = described["HttpHeaderConfig"]
    name = settings["HttpHeaderName"].lower()
    patterns = _patterns(settings, ignore_case=True)
    return lambda request: any(
        _matches_any(patterns, value) for value in request.headers.get(name, [])
    )


def _method(described: Mapping[str, Any]) -> Condition:
    methods = frozenset(_settings(described, "HttpRequestMethodConfig").get("Values") or [])
    return lambda request: request.method in methods


def _query(described: Mapping[str, Any]) -> Condition:
    wanted = [
        (
            wildcard(value["Key"], ignore_case=True) if value.get("Key") else None,
            wildcard(value["Value"], ignore_case=True),
        )
        for value in described["QueryStringConfig"].get("Values") or []
    ]
    return lambda request: any(
        (key is None or key.fullmatch(name)) and value.fullmatch(content)
        for name, content in request.query_pairs
        for key, value in wanted
    )


def _source_ip(described: Mapping[str, Any]) -> Condition:
    values = _settings(described, "SourceIpConfig").get("Values") or []
    networks = [ipaddress.ip_network(value, strict=False) for value in values]
    return lambda request: any(
        ipaddress.ip_address(request.source_ip) in network for network in networks
    )


_KINDS: dict[str, Callable[[Mapping[str, Any]], Condition]] = {
    "host-header": _host,
    "path-pattern": _path,
    "http-header": _header,
    "http-request-method": _method,
    "query-string": _query,
    "source-ip": _source_ip,
}
