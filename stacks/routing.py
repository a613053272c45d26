"""The routing layer: names, certificates, and the two entrances of an environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pulumi
import pulumi_aws as aws
import pydantic

from components.routing.certificate import Certificate, CertificateArgs
from components.routing.http_api import ApiDomain, HttpApi, HttpApiArgs
from components.routing.load_balancer import LoadBalancer, LoadBalancerArgs
from stacks.contract import Contract
from stacks.model import Part

if TYPE_CHECKING:
    from components.logs import LogSettings
    from stacks.deployment_target import DeploymentTarget
    from stacks.foundation import FoundationOutputs, ProtectionSettings
    from stacks.identity import IdentityOutputs
    from stacks.network import NetworkOutputs


class DomainSettings(Part):
    """By which names an environment is reached."""

    name: str = pydantic.Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    """a domain such as dev.example.com; the shop is shop.<domain>, the API api.<domain>"""

    hosted_zone_id: str | None = None
    """the id of the Route 53 zone that holds the domain; left out, the environment makes one"""

    published: bool = True
    """true where the domain's names lead here; false where addresses made up by AWS do"""


class RoutingSettings(Part):
    """Load balancer and HTTP API of an environment."""

    RENAMED: ClassVar[dict[str, str]] = {
        "healthy_after": "healthy_threshold",
        "unhealthy_after": "unhealthy_threshold",
    }

    publicly_reachable: bool = True
    """true where anyone may connect to the shop, false where only the network itself may"""

    access_log_days: int = pydantic.Field(default=365, ge=1)
    """how many days requests are remembered"""

    requests_per_second: int = pydantic.Field(default=500, ge=1)
    """requests a second above which the API turns callers away"""

    health_check_interval_seconds: int = pydantic.Field(default=15, ge=5, le=300)
    """how often the load balancer asks a task for its health, 5 to 300"""

    health_check_timeout_seconds: int = pydantic.Field(default=5, ge=2, le=120)
    """when no answer to that is a bad one; less than the interval"""

    healthy_threshold: int = pydantic.Field(default=2, ge=2, le=10)
    """good answers in a row after which a task gets requests, 2 to 10"""

    unhealthy_threshold: int = pydantic.Field(default=3, ge=2, le=10)
    """bad answers in a row after which a task gets none, 2 to 10"""

    health_check_grace_seconds: int = pydantic.Field(default=60, ge=0, le=3600)
    """how long a new task may take to start before bad answers count, 0 to 3600"""

    drain_seconds: int = pydantic.Field(default=30, ge=0, le=3600)
    """how long a task that is to stop may finish its requests"""


@dataclass(frozen=True, kw_only=True)
class RoutingOutputs(Contract):
    """What services need to be reached."""

    layer = "routing"

    listener_arn: pulumi.Output[str]
    load_balancer_suffix: pulumi.Output[str]
    load_balancer_group_id: pulumi.Output[str]
    shop_url: pulumi.Output[str]
    api_id: pulumi.Output[str]
    api_execution_arn: pulumi.Output[str]
    api_authorizer_id: pulumi.Output[str]
    api_endpoint: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class RoutingUpstream:
    """What the entrances stand on."""

    target: DeploymentTarget
    protection: ProtectionSettings
    logs: LogSettings
    foundation: FoundationOutputs
    network: NetworkOutputs
    identity: IdentityOutputs


@dataclass(frozen=True, kw_only=True)
class _Names:
    """The names of the entrances, and the zone they are in."""

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
    """Define the layer and return what others may use of it."""
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
    return RoutingOutputs(
        listener_arn=shop.listener_arn,
        load_balancer_suffix=shop.arn_suffix,
        load_balancer_group_id=shop.security_group_id,
        shop_url=shop_url,
        api_id=api.api_id,
        api_execution_arn=api.execution_arn,
        api_authorizer_id=api.authorizer_id,
        api_endpoint=api.endpoint,
    )


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
    network = upstream.network
    open_to_all = settings.publicly_reachable
    return LoadBalancer(
        "shop",
        LoadBalancerArgs(
            vpc_id=network.vpc_id,
            vpc_cidr=network.cidr,
            subnet_ids=network.public_subnet_ids if open_to_all else network.private_subnet_ids,
            certificate_arn=certificate.arn,
            account_id=upstream.target.account,
            alarm_topic_arn=upstream.foundation.alarm_topic_arn,
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
    return HttpApi(
        "api",
        HttpApiArgs(
            issuer=upstream.identity.issuer,
            audience=upstream.identity.client_id,
            alarm_topic_arn=upstream.foundation.alarm_topic_arn,
            domain=published,
            requests_per_second=settings.requests_per_second,
            burst=2 * settings.requests_per_second,
            logs=upstream.logs,
        ),
        opts,
    )
