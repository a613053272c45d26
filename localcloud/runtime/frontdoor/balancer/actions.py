"""The actions of listener rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.runtime.frontdoor.balancer.weighted_round_robin import WeightedRoundRobin
from localcloud.runtime.frontdoor.token_verifier import Issuer, RequiredClaim

if TYPE_CHECKING:
    from collections.abc import Mapping


class UnknownActionError(ValueError):
    """Raised for a rule whose action type is not supported locally."""


@dataclass(frozen=True)
class Forward:
    """Forward the request to a target of one of the target groups."""

    round_robin: WeightedRoundRobin
    sticky_seconds: int | None = None
    """Duration of target group stickiness in seconds; None without stickiness."""


@dataclass(frozen=True)
class Redirect:
    """Redirect the client; each part of the URL may contain placeholders such as `#{host}`."""

    status: int
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"


@dataclass(frozen=True)
class FixedResponse:
    """Respond with a fixed status and body."""

    status: int
    content_type: str = "text/plain"
    body: bytes = b""


@dataclass(frozen=True)
class JwtValidation:
    """Validate the JWT of the request before the following actions."""

    issuer: Issuer
    claims: tuple[RequiredClaim, ...] = field(default=())


Action = Forward | Redirect | FixedResponse | JwtValidation


def action(described: Mapping[str, Any]) -> Action:
    """Return the action *described* in a response of DescribeRules."""
    kind = described.get("Type")
    if kind == "forward":
        return _forward(described)
    if kind == "redirect":
        return _redirect(described["RedirectConfig"])
    if kind == "fixed-response":
        return _fixed(described["FixedResponseConfig"])
    if kind == "jwt-validation":
        return _jwt(described["JwtValidationConfig"])
    raise UnknownActionError(
        f"action '{kind}' is not supported locally: use forward, redirect, fixed-response or"
        " jwt-validation"
    )


def _forward(described: Mapping[str, Any]) -> Forward:
    settings = described.get("ForwardConfig") or {}
    groups = settings.get("TargetGroups") or [{"TargetGroupArn": described["TargetGroupArn"]}]
    weights = {group["TargetGroupArn"]: int(group.get("Weight") or 0) for group in groups}
    if len(groups) == 1 and groups[0].get("Weight") is None:
        weights = dict.fromkeys(weights, 1)
    sticky = settings.get("TargetGroupStickinessConfig") or {}
    seconds = int(sticky.get("DurationSeconds") or 0) if _true(sticky.get("Enabled")) else None
    return Forward(WeightedRoundRobin(weights), seconds)


def _true(value: object) -> bool:
    return value is True or str(value).lower() == "true"


def _redirect(settings: Mapping[str, Any]) -> Redirect:
    return Redirect(
        status=int(str(settings["StatusCode"]).removeprefix("HTTP_")),
        protocol=settings.get("Protocol") or Redirect.protocol,
        host=settings.get("Host") or Redirect.host,
        port=str(settings.get("Port") or Redirect.port),
        path=settings.get("Path") or Redirect.path,
        query=settings["Query"] if settings.get("Query") is not None else Redirect.query,
    )


def _fixed(settings: Mapping[str, Any]) -> FixedResponse:
    return FixedResponse(
        status=int(settings["StatusCode"]),
        content_type=settings.get("ContentType") or "text/plain",
        body=(settings.get("MessageBody") or "").encode(),
    )


def _jwt(settings: Mapping[str, Any]) -> JwtValidation:
    claims = tuple(
        RequiredClaim(claim["Name"], claim["Format"], frozenset(claim["Values"]))
        for claim in settings.get("AdditionalClaims") or []
    )
    return JwtValidation(Issuer(settings["Issuer"], settings["JwksEndpoint"]), claims)
