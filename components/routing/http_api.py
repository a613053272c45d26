"""The HTTP API (API Gateway) that an environment's functions share."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import InvalidArgError, as_inputs
from components.logs import LogSettings, make_log_group
from components.request_metrics import RequestMetrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


MAX_AUDIENCES = 50  # of an authorizer
ACCESS_LOG = json.dumps(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "ip": "$context.identity.sourceIp",
        "route": "$context.routeKey",
        "status": "$context.status",
        "latencyMs": "$context.responseLatency",
        "authorizerError": "$context.authorizer.error",
        "integrationError": "$context.integrationErrorMessage",
    }
)


@dataclass(frozen=True, kw_only=True)
class ApiDomain:
    """Custom domain name of an API."""

    domain_name: str
    """Domain name."""

    certificate_arn: pulumi.Input[str]
    """ARN of the certificate for the domain name."""

    zone_id: pulumi.Input[str]
    """Hosted zone of the alias record."""


@dataclass(frozen=True, kw_only=True)
class ApiCors:
    """Cross-origin requests that the API allows; it answers preflight requests itself."""

    origins: list[str]
    """Allowed origins."""

    headers: list[str]
    """Allowed request headers."""

    methods: list[str]
    """Allowed methods."""

    max_age_seconds: int = 600
    """How long a browser caches the answer to a preflight request."""


@dataclass(frozen=True, kw_only=True)
class ServiceTokens:
    """Tokens of services that the API accepts."""

    issuer: pulumi.Input[str]
    """Issuer of the tokens."""

    audiences: list[str]
    """Audience of each service that takes them."""

    def __post_init__(self) -> None:
        """Reject more audiences than API Gateway accepts."""
        if len(self.audiences) > MAX_AUDIENCES:
            want = f"use at most {MAX_AUDIENCES}: give some services events in place of calls"
            raise InvalidArgError("audiences", self.audiences, want)


@dataclass(frozen=True, kw_only=True)
class HttpApiArgs:
    """Authorizer, throttling and access logs of an HTTP API."""

    issuer: pulumi.Input[str]
    """Issuer of accepted tokens."""

    audience: pulumi.Input[str]
    """Client ID that tokens must have been issued to."""

    service_tokens: ServiceTokens | None = None
    """Tokens of services; default: none are accepted."""

    domain: ApiDomain | None = None
    """Custom domain name; default: the `execute-api` endpoint."""

    cors: ApiCors | None = None
    """Cross-origin requests; default: none are allowed."""

    requests_per_second: int = 500
    """Throttling rate limit; requests above it get 429."""

    burst: int = 1000
    """Throttling burst limit."""

    logs: LogSettings = field(default_factory=LogSettings)
    """Retention and encryption of access logs."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class HttpApi(pulumi.ComponentResource):
    """An HTTP API with a JWT authorizer, throttling and access logs.

    An `Objective` on its `metrics` has its alarms.
    """

    api_id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    execution_arn: pulumi.Output[str]
    authorizer_id: pulumi.Output[str]
    service_authorizer_id: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: HttpApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the API *name*."""
        super().__init__("bulkhead:routing:HttpApi", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        api = aws.apigatewayv2.Api(
            name,
            protocol_type="HTTP",
            disable_execute_api_endpoint=args.domain is not None,
            cors_configuration=_cors(args.cors),
            tags=args.tags,
            opts=child,
        )
        authorizer = _authorizer(f"{name}-tokens", api.id, args.issuer, [args.audience], child)
        of_services = None
        if (tokens := args.service_tokens) is not None:
            # An API has ten authorizers: one accepts the tokens for all services, and each service
            # compares the audience with its own.
            of_services = _authorizer(
                f"{name}-services", api.id, tokens.issuer, tokens.audiences, child
            ).id
        group = make_log_group(f"{name}-access", args.logs, child, args.tags)
        stage = aws.apigatewayv2.Stage(
            f"{name}-stage",
            api_id=api.id,
            name="$default",
            auto_deploy=True,
            access_log_settings={"destination_arn": group.arn, "format": ACCESS_LOG},
            default_route_settings={
                "throttling_rate_limit": args.requests_per_second,
                "throttling_burst_limit": args.burst,
                "detailed_metrics_enabled": True,
            },
            tags=args.tags,
            opts=child,
        )
        self.endpoint = api.api_endpoint
        if args.domain is not None:
            self.endpoint = self._publish(name, args, args.domain, api, stage)

        # Not declared on the class: Pulumi would treat it as a resource output.
        self.metrics = RequestMetrics(
            namespace="AWS/ApiGateway",
            dimensions={"ApiId": api.id},
            requests="Count",
            errors="5xx",
            latency="Latency",
        )
        self.api_id = api.id
        self.execution_arn = api.execution_arn
        self.authorizer_id = authorizer.id
        self.service_authorizer_id = of_services
        self.register_outputs(
            {
                "api_id": self.api_id,
                "endpoint": self.endpoint,
                "execution_arn": self.execution_arn,
                "authorizer_id": self.authorizer_id,
                "service_authorizer_id": self.service_authorizer_id,
            }
        )

    def _publish(
        self,
        name: str,
        args: HttpApiArgs,
        domain: ApiDomain,
        api: aws.apigatewayv2.Api,
        stage: aws.apigatewayv2.Stage,
    ) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        published = aws.apigatewayv2.DomainName(
            f"{name}-domain",
            domain_name=domain.domain_name,
            domain_name_configuration={
                "certificate_arn": domain.certificate_arn,
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2",
            },
            tags=args.tags,
            opts=child,
        )
        mapping = aws.apigatewayv2.ApiMapping(
            f"{name}-mapping",
            api_id=api.id,
            domain_name=published.id,
            stage=stage.id,
            opts=child,
        )
        target = published.domain_name_configuration
        aws.route53.Record(
            f"{name}-record",
            zone_id=domain.zone_id,
            name=domain.domain_name,
            type="A",
            aliases=[
                {
                    "name": target.target_domain_name.apply(_text),
                    "zone_id": target.hosted_zone_id.apply(_text),
                    "evaluate_target_health": False,
                }
            ],
            opts=child,
        )
        return pulumi.Output.concat("https://", mapping.domain_name)


def _authorizer(
    name: str,
    api_id: pulumi.Output[str],
    issuer: pulumi.Input[str],
    audiences: Sequence[pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> aws.apigatewayv2.Authorizer:
    return aws.apigatewayv2.Authorizer(
        name,
        api_id=api_id,
        authorizer_type="JWT",
        identity_sources=["$request.header.Authorization"],
        jwt_configuration={"issuer": issuer, "audiences": list(audiences)},
        opts=opts,
    )


def _text(value: str | None) -> str:
    return value or ""


def _cors(cors: ApiCors | None) -> aws.apigatewayv2.ApiCorsConfigurationArgs | None:
    if cors is None:
        return None
    return aws.apigatewayv2.ApiCorsConfigurationArgs(
        allow_origins=cors.origins,
        allow_headers=cors.headers,
        allow_methods=cors.methods,
        max_age=cors.max_age_seconds,
    )
