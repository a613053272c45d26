"""Elastic Load Balancing: actions and conditions of listeners and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider import shapes
from localcloud.provider.row import UPDATE, CheckFailure, Input

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGS = {
    "authenticateCognito": "AuthenticateCognitoConfig",
    "authenticateOidc": "AuthenticateOidcConfig",
    "fixedResponse": "FixedResponseConfig",
    "forward": "ForwardConfig",
    "jwtValidation": "JwtValidationConfig",
    "redirect": "RedirectConfig",
}
"""Block of an action -> member."""

RENAMES = {
    "forward.stickiness": "TargetGroupStickinessConfig",
    "forward.stickiness.duration": "DurationSeconds",
    "forward.targetGroups.arn": "TargetGroupArn",
}
"""Fields of action blocks with irregular names."""

UNCHANGED = {
    "host": "#{host}",
    "path": "/#{path}",
    "port": "#{port}",
    "protocol": "#{protocol}",
    "query": "#{query}",
}
"""Defaults of a redirect."""

CONDITIONS = {
    "hostHeader": ("host-header", "HostHeaderConfig"),
    "httpHeader": ("http-header", "HttpHeaderConfig"),
    "httpRequestMethod": ("http-request-method", "HttpRequestMethodConfig"),
    "pathPattern": ("path-pattern", "PathPatternConfig"),
    "queryStrings": ("query-string", "QueryStringConfig"),
    "sourceIp": ("source-ip", "SourceIpConfig"),
}
"""Block of a condition -> field and member."""

TERMINAL = {"forward", "redirect", "fixed-response"}
KINDS = {*TERMINAL, "authenticate-cognito", "authenticate-oidc", "jwt-validation"}
TAKEN = 'is "{}": use one of {}'


def actions(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return actions with AWS's names, in order."""
    members = shapes.members_of(shapes.operation("elbv2", "CreateRule").input_shape)
    shape = members["Actions"].member.members
    found = []
    for index, block in enumerate(blocks):
        action: dict[str, Any] = {"Type": block["type"]}
        if len(blocks) > 1 or "order" in block:
            action["Order"] = int(block.get("order", index + 1))
        if block.get("targetGroupArn"):
            action["TargetGroupArn"] = block["targetGroupArn"]
        for name, member in CONFIGS.items():
            if block.get(name):
                value = {**UNCHANGED, **block[name]} if name == "redirect" else block[name]
                action[member] = shapes.convert(shape[member], value, RENAMES, name)
        found.append(action)
    return sorted(found, key=lambda action: action.get("Order", 0))


def conditions(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return conditions with AWS's names."""
    members = shapes.members_of(shapes.operation("elbv2", "CreateRule").input_shape)
    shape = members["Conditions"].member.members
    found = []
    for block in blocks:
        for name, (field, member) in CONDITIONS.items():
            if block.get(name):
                value = {"values": block[name]} if name == "queryStrings" else block[name]
                config = shapes.convert(shape[member], value, {}, name)
                found.append({"Field": field, member: config})
    return found


def conditions_now(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return conditions, as AWS answers them, with the blocks of the SDK."""
    blocks = {field: (name, member) for name, (field, member) in CONDITIONS.items()}
    now = []
    for item in found:
        name, member = blocks[item["Field"]]
        config = item.get(member) or {"Values": item.get("Values")}
        now.append({name: config["Values"] if name == "queryStrings" else config})
    return now


def names_of_actions(key: str) -> dict[str, str]:
    """Return the irregular names in the actions of the input *key*, by path."""
    return {f"{key}.{path}": member for path, member in {**CONFIGS, **RENAMES}.items()}


def defaults_of_actions(key: str) -> dict[str, Input]:
    """Return the properties with a default in the actions of the input *key*."""
    return {
        f"{key}.redirect.{name}": Input(UPDATE, default=value) for name, value in UNCHANGED.items()
    }


def check_actions(blocks: Any, path: str) -> Iterator[CheckFailure]:
    """Yield violations of ELB's constraints on a list of actions."""
    if not isinstance(blocks, list) or not blocks:
        return
    for index, block in enumerate(blocks):
        kind = block.get("type")
        if isinstance(kind, str) and kind not in KINDS:
            yield CheckFailure(
                f"{path}[{index}].type", TAKEN.format(kind, ", ".join(sorted(KINDS)))
            )
    last = max(range(len(blocks)), key=lambda i: (blocks[i].get("order", i + 1), i))
    kind = blocks[last].get("type")
    if kind in KINDS - TERMINAL:
        want = "end with forward, redirect or fixed-response"
        yield CheckFailure(
            f"{path}[{last}].type", f"is {kind}, which does not answer a request: {want}"
        )
