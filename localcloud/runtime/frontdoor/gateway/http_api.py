"""Reads HTTP APIs from the emulated AWS."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.names import api_port_name
from localcloud.runtime.frontdoor.gateway.cors import CorsConfiguration
from localcloud.runtime.frontdoor.gateway.routes import RouteTable, parsed_key
from localcloud.runtime.frontdoor.token_verifier import Issuer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.names import Names
    from localcloud.runtime.api import AwsApi

API = "apigatewayv2"
LAMBDA_ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:(?P<name>[^:/]+)(?::(?P<qualifier>[^:/]+))?"
)


@dataclass(frozen=True)
class LambdaIntegration:
    """A Lambda proxy integration."""

    function: str
    qualifier: str | None
    timeout_seconds: float = 30
    payload_format: str = "2.0"


@dataclass(frozen=True)
class HttpIntegration:
    """An HTTP proxy integration."""

    url: str
    method: str
    timeout_seconds: float = 30


@dataclass(frozen=True)
class JwtAuthorizer:
    """A JWT authorizer: issuer, audiences and identity source."""

    issuer: Issuer
    audiences: frozenset[str]
    sources: tuple[str, ...] = ("$request.header.Authorization",)


@dataclass(frozen=True)
class Route:
    """A route and its integration."""

    key: str
    integration: LambdaIntegration | HttpIntegration
    authorizer: JwtAuthorizer | None = None
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stage:
    """Variables and access log settings of a stage."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    log_group: str | None = None
    log_format: str | None = None


@dataclass(frozen=True)
class HttpApi:
    """One HTTP API."""

    api_id: str
    name: str
    routes: RouteTable[Route]
    stages: Mapping[str, Stage]
    cors: CorsConfiguration | None = None

    @property
    def bound_port(self) -> str:
        """Key of its local port in ports.json."""
        return api_port_name(self.name)


async def read_apis(aws: AwsApi, names: Names, problems: list[str]) -> tuple[HttpApi, ...]:
    """Return all HTTP APIs; what cannot be served is added to *problems*."""
    described = await aws.pages(API, "GetApis", "Items")
    http = [one for one in described if one.get("ProtocolType") == "HTTP"]
    return tuple(await asyncio.gather(*(_read(aws, one, names, problems) for one in http)))


async def _read(
    aws: AwsApi, described: Mapping[str, Any], names: Names, problems: list[str]
) -> HttpApi:
    api_id = described["ApiId"]
    routes, integrations, stages = await asyncio.gather(
        *(
            aws.pages(API, operation, "Items", ApiId=api_id)
            for operation in ("GetRoutes", "GetIntegrations", "GetStages")
        )
    )
    by_id = {
        one["IntegrationId"]: {
            **one,
            "IntegrationUri": names.localized(one.get("IntegrationUri") or ""),
        }
        for one in integrations
    }
    asked = sorted({one["AuthorizerId"] for one in routes if one.get("AuthorizerId")})
    found = await asyncio.gather(
        *(aws(API, "GetAuthorizer", ApiId=api_id, AuthorizerId=one) for one in asked)
    )
    checks = dict(zip(asked, found, strict=True))
    usable: list[tuple[str, Route]] = []
    for route in routes:
        try:
            key = parsed_key(route["RouteKey"])
            usable.append((key, _route(route, by_id, checks)))
        except (ValueError, KeyError) as error:
            where = f"route '{route.get('RouteKey')}' of the API {described['Name']}"
            reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            problems.append(f"{where}: {reason}")
    settings = described.get("CorsConfiguration")
    return HttpApi(
        api_id=api_id,
        name=described["Name"],
        routes=RouteTable(usable),
        stages={one["StageName"]: _stage(one) for one in stages},
        cors=CorsConfiguration.of(settings) if settings else None,
    )


def _route(
    described: Mapping[str, Any], integrations: Mapping[str, Any], authorizers: Mapping[str, Any]
) -> Route:
    target = described.get("Target", "").removeprefix("integrations/")
    kind = described.get("AuthorizationType") or "NONE"
    if kind not in {"NONE", "JWT"}:
        raise ValueError(f"the authorization type {kind} is not supported locally: use NONE or JWT")
    return Route(
        key=described["RouteKey"],
        integration=_integration(integrations[target]),
        authorizer=_authorizer(authorizers[described["AuthorizerId"]]) if kind == "JWT" else None,
        scopes=frozenset(described.get("AuthorizationScopes") or []),
    )


def _integration(described: Mapping[str, Any]) -> LambdaIntegration | HttpIntegration:
    kind = described["IntegrationType"]
    seconds = float(described.get("TimeoutInMillis") or 30_000) / 1000
    uri: str = described["IntegrationUri"]
    if kind == "HTTP_PROXY" and uri.startswith(("http://127.0.0.1", "http://localhost")):
        return HttpIntegration(uri, described.get("IntegrationMethod") or "ANY", seconds)
    if kind == "HTTP_PROXY":
        raise ValueError(
            f"the integration URI '{uri}' is neither a URL of the emulated AWS nor on 127.0.0.1"
        )
    function = LAMBDA_ARN.search(uri)
    if kind != "AWS_PROXY" or function is None or described.get("IntegrationSubtype"):
        raise ValueError(
            f"the integration {kind} '{uri}' is not supported locally: use a function's ARN"
        )
    version = described.get("PayloadFormatVersion") or "1.0"
    return LambdaIntegration(function["name"], function["qualifier"], seconds, version)


def _authorizer(described: Mapping[str, Any]) -> JwtAuthorizer:
    if described["AuthorizerType"] != "JWT":
        kind = described["AuthorizerType"]
        raise ValueError(f"the authorizer type {kind} is not supported locally: use JWT")
    settings = described["JwtConfiguration"]
    issuer = settings["Issuer"].removesuffix("/")
    return JwtAuthorizer(
        issuer=Issuer(settings["Issuer"], f"{issuer}/.well-known/jwks.json"),
        audiences=frozenset(settings.get("Audience") or []),
        sources=tuple(described.get("IdentitySource") or JwtAuthorizer.sources),
    )


def _stage(described: Mapping[str, Any]) -> Stage:
    log = described.get("AccessLogSettings") or {}
    group = log.get("DestinationArn", "").partition(":log-group:")[2].removesuffix(":*")
    return Stage(
        name=described["StageName"],
        variables=described.get("StageVariables") or {},
        log_group=group or None,
        log_format=log.get("Format"),
    )
