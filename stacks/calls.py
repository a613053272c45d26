"""The calls layer: internal load balancer and private host names of services that others call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.routing.certificate import Certificate, CertificateArgs
from components.routing.internal_route import InternalEntrance
from components.routing.load_balancer import LoadBalancer, LoadBalancerArgs

if TYPE_CHECKING:
    import pulumi

    from stacks.routing import DomainSettings, RoutingSettings, RoutingUpstream

NAME = "calls"  # AWS refuses names of load balancers that begin with "internal-"


def build(
    settings: RoutingSettings,
    domain: DomainSettings,
    zone_id: pulumi.Input[str],
    upstream: RoutingUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> InternalEntrance:
    """Define the load balancer, its certificate and the private hosted zone.

    *zone_id* is the zone of the environment's domain, in which ACM validates the certificate.
    """
    name = f"services.{domain.name}"
    vpc = upstream.vpc
    certificate = Certificate(
        f"{NAME}-certificate", CertificateArgs(domain_name=f"*.{name}", zone_id=zone_id), opts
    )
    balancer = LoadBalancer(
        NAME,
        LoadBalancerArgs(
            vpc_id=vpc.vpc_id,
            subnet_ids=vpc.private_subnet_ids,
            certificate_arn=certificate.arn,
            account_id=upstream.target.account,
            alarms=upstream.foundation.alarms,
            deletion_protection=upstream.protection.deletion_protection,
            access_log_days=settings.access_log_days,
        ),
        opts,
    )
    zone = aws.route53.Zone(
        NAME,
        name=name,
        comment="Names of services, for calls between them",
        vpcs=[{"vpc_id": vpc.vpc_id, "vpc_region": upstream.target.region}],
        opts=opts,
    )
    # The zone's output: callers, which are told the name, start after the zone exists.
    return InternalEntrance(load_balancer=balancer, zone_id=zone.zone_id, domain_name=zone.name)
