"""The routing layer: DNS names, certificates, load balancer and HTTP API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pulumi
import pulumi_aws as aws
import pydantic

from components.observability.objective import Objective, ObjectiveArgs
from components.routing.certificate import Certificate, CertificateArgs
from components.routing.http_api import ApiDomain, HttpApi, HttpApiArgs
from components.routing.load_balancer import LoadBalancer, LoadBalancerArgs
from components.routing.target_group import HealthCheck
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    from components.identity.user_pool import UserPool
    from components.logs import LogSettings
    from components.network.vpc import Vpc
    from components.objectives import Objectives
    from components.routing.http_api import ApiCors, ServiceTokens
    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import FoundationOutputs, ProtectionSettings


class DomainSettings(SettingsGroup):
    """Domain and hosted zone of an environment."""

    name: str = pydantic.Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    """a domain such as dev.example.com; the load balancer is shop.<domain>, the API api.<domain>"""

    hosted_zone_id: str | None = None
    """ID of the Route 53 hosted zone of the domain; default: the environment creates one"""

    published: bool = True
    """true for DNS records and custom domain names; false for the names that AWS generates"""


class RoutingSettings(SettingsGroup):
    """Load balancer and HTTP API of an environment."""

    RENAMED: ClassVar[dict[str, str]] = {
        "healthy_after": "healthy_threshold",
        "unhealthy_after": "unhealthy_threshold",
    }

    publicly_reachable: bool = True
    """true for an internet-facing load balancer, false for an internal one"""

    access_log_days: int = pydantic.Field(default=365, ge=1)
    """retention of access logs in days"""

    requests_per_second: int = pydantic.Field(default=500, ge=1)
    """throttling rate limit of the HTTP API in requests per second"""

    health_check_interval_seconds: int = pydantic.Field(default=15, ge=5, le=300)
    """interval of health checks in seconds, 5 to 300"""

    health_check_timeout_seconds: int = pydantic.Field(default=5, ge=2, le=120)
    """timeout of a health check in seconds; less than the interval"""

    healthy_threshold: int = pydantic.Field(default=2, ge=2, le=10)
    """consecutive successes after which a target is healthy, 2 to 10"""

    unhealthy_threshold: int = pydantic.Field(default=3, ge=2, le=10)
    """consecutive failures after which a target is unhealthy, 2 to 10"""

    health_check_grace_seconds: int = pydantic.Field(default=60, ge=0, le=3600)
    """health check grace period of new tasks in seconds, 0 to 3600"""

    drain_seconds: int = pydantic.Field(default=30, ge=0, le=3600)
    """deregistration delay in seconds, 0 to 3600: a draining task may finish its requests"""

    @property
    def health_check(self) -> HealthCheck:
        """The health check of every target group."""
        return HealthCheck(
            interval_seconds=self.health_check_interval_seconds,
            timeout_seconds=self.health_check_timeout_seconds,
            healthy_threshold=self.healthy_threshold,
            unhealthy_threshold=self.unhealthy_threshold,
            grace_seconds=self.health_check_grace_seconds,
        )


@dataclass(frozen=True, kw_only=True)
class RoutingOutputs:
    """Hosted zone of the domain, load balancer, HTTP API and the URL of the shop."""

    zone_id: pulumi.Input[str]
    load_balancer: LoadBalancer
    api: HttpApi
    shop_url: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class RoutingUpstream:
    """Layers and settings that routing depends on."""

    target: DeploymentTarget
    protection: ProtectionSettings
    logs: LogSettings
    foundation: FoundationOutputs
    vpc: Vpc
    user_pool: UserPool
    cors: ApiCors | None
    service_tokens: ServiceTokens | None
    api_objectives: Objectives


@dataclass(frozen=True, kw_only=True)
class _Names:
    """DNS names and their hosted zone."""

    domain: DomainSettings
    zone_id: pulumi.Input[str]

    @property
    def shop(self) -> str:
        return f"shop.{self.domain.name}"

    @property
    def api(self) -> str:
        return f"api.{self.domain.name}"


def build(
    settings: RoutingSettings,
    domain: DomainSettings,
    upstream: RoutingUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> RoutingOutputs:
    """Define load balancer, HTTP API, certificates and DNS records."""
    names = _Names(domain=domain, zone_id=_zone(domain, opts))
    shop = _shop(settings, names, upstream, opts)
    api = _api(settings, names, upstream, opts)
    shop_url = pulumi.Output.concat("https://", shop.dns_name)
    if domain.published:
        aws.route53.Record(
            "shop-record",
            zone_id=names.zone_id,
            name=names.shop,
            type="A",
            aliases=[
                {
                    "name": shop.dns_name,
                    "zone_id": shop.hosted_zone_id,
                    "evaluate_target_health": True,
                }
            ],
            opts=opts,
        )
        shop_url = pulumi.Output.from_input(f"https://{names.shop}")
    return RoutingOutputs(zone_id=names.zone_id, load_balancer=shop, api=api, shop_url=shop_url)


def _zone(domain: DomainSettings, opts: pulumi.ResourceOptions | None) -> pulumi.Input[str]:
    if domain.hosted_zone_id is not None:
        return domain.hosted_zone_id
    zone = aws.route53.Zone(
        "domain", name=domain.name, comment="The environment's names", opts=opts
    )
    return zone.zone_id


def _shop(
    settings: RoutingSettings,
    names: _Names,
    upstream: RoutingUpstream,
    opts: pulumi.ResourceOptions | None,
) -> LoadBalancer:
    certificate = Certificate(
        "shop-certificate", CertificateArgs(domain_name=names.shop, zone_id=names.zone_id), opts
    )
    vpc = upstream.vpc
    open_to_all = settings.publicly_reachable
    return LoadBalancer(
        "shop",
        LoadBalancerArgs(
            vpc_id=vpc.vpc_id,
            vpc_cidr=vpc.cidr,
            subnet_ids=vpc.public_subnet_ids if open_to_all else vpc.private_subnet_ids,
            certificate_arn=certificate.arn,
            account_id=upstream.target.account,
            alarms=upstream.foundation.alarms,
            publicly_reachable=open_to_all,
            deletion_protection=upstream.protection.deletion_protection,
            access_log_days=settings.access_log_days,
        ),
        opts,
    )


def _api(
    settings: RoutingSettings,
    names: _Names,
    upstream: RoutingUpstream,
    opts: pulumi.ResourceOptions | None,
) -> HttpApi:
    published = None
    if names.domain.published:
        certificate = Certificate(
            "api-certificate", CertificateArgs(domain_name=names.api, zone_id=names.zone_id), opts
        )
        published = ApiDomain(
            domain_name=names.api, certificate_arn=certificate.arn, zone_id=names.zone_id
        )
    api = HttpApi(
        "api",
        HttpApiArgs(
            issuer=upstream.user_pool.issuer,
            audience=upstream.user_pool.client_id,
            domain=published,
            service_tokens=upstream.service_tokens,
            cors=upstream.cors,
            requests_per_second=settings.requests_per_second,
            burst=2 * settings.requests_per_second,
            logs=upstream.logs,
        ),
        opts,
    )
    Objective(
        "api",
        ObjectiveArgs(
            metrics=api.metrics,
            objectives=upstream.api_objectives,
            alarms=upstream.foundation.alarms,
        ),
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=api)),
    )
    return api
