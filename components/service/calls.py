"""Synchronous calls of a service: the services it calls, and those that call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.access import Statement
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.service.platform import Platform

VALID_SECONDS = "300"  # of a service's token; numbers in conditions are texts


@dataclass(frozen=True, kw_only=True)
class Callee:
    """A service that the service calls synchronously."""

    url: pulumi.Input[str]
    """Base URL."""

    internal: bool = False
    """Reachable only from inside the VPC."""

    audience: str | None = None
    """Audience of tokens for it; None if it takes no tokens of services."""

    timeout_ms: int | None = None
    """Longest time of a call in milliseconds, with its retries; default: that of the client."""

    max_concurrency: int | None = None
    """Calls in progress in one process; default: that of the client."""

    max_calls_per_request: int | None = None
    """Calls per request above which an alarm rings; default: no alarm."""

    def __post_init__(self) -> None:
        """Reject limits below one."""
        for name, value in self.limits.items():
            if value < 1:
                raise InvalidArgError(name, value, "use 1 or more")

    @property
    def limits(self) -> dict[str, int]:
        """The limits that are set, by name."""
        found = {
            "timeout_ms": self.timeout_ms,
            "max_concurrency": self.max_concurrency,
            "max_calls_per_request": self.max_calls_per_request,
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Callers:
    """The services that may call the service, and how it verifies their tokens."""

    issuer: pulumi.Input[str]
    """Issuer of services' tokens."""

    audience: str
    """Audience of tokens for the service."""

    roles: Mapping[str, Sequence[pulumi.Input[str]]]
    """ARNs of the roles of each calling service."""

    priority: int | None = None
    """Priority of the rule for its host name; None if it is called through the HTTP API."""

    @property
    def jwks_uri(self) -> pulumi.Output[str]:
        """URL of the issuer's JWKS."""
        return pulumi.Output.concat(self.issuer, "/.well-known/jwks.json")


def allow_calls(callees: Mapping[str, Callee]) -> list[Statement]:
    """Return the permission to get tokens for *callees*, and for no other audience."""
    audiences = sorted(callee.audience for callee in callees.values() if callee.audience)
    if not audiences:
        return []
    return [
        Statement(
            actions=["sts:GetWebIdentityToken"],
            resources=["*"],  # the action has no resource type
            conditions={
                "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": audiences},
                "Null": {"sts:IdentityTokenAudience": "false"},
                "NumericLessThanEquals": {"sts:DurationSeconds": VALID_SECONDS},
            },
        )
    ]


def watch_calls(
    name: str,
    callees: Mapping[str, Callee],
    platform: Platform,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str],
) -> None:
    """Define an alarm for each callee with a limit of calls per request; `kit.calls` counts."""
    for callee, settings in callees.items():
        if settings.max_calls_per_request is None:
            continue
        make_alarm(
            f"{name}-{callee}-chatty",
            Alarm(
                kind=AlarmKind.CHATTY_CALLS,
                description=(
                    f"Requests of {name} call {callee} more than {settings.max_calls_per_request}"
                    " times. `bulkhead report chatty` says what to do: batch, cache, event, merge."
                ),
                namespace=platform.metrics_namespace,
                metric="Calls",
                dimensions={"service": name, "callee": callee},
                statistic="Maximum",
                threshold=settings.max_calls_per_request,
                period_seconds=300,
            ),
            platform.alarms,
            opts,
            tags,
        )
