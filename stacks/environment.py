"""One whole environment: every layer, in the order in which they stand on each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.data.database_user import Rotator
from components.logs import LogSettings
from components.routing.service_routes import HealthCheck, TokenCheck
from components.service.platform import DataProtection, Platform, SharedApi, SharedLoadBalancer
from stacks import compute, foundation, identity, messaging, network, routing, services
from stacks.contract import Contract

if TYPE_CHECKING:
    from spec.catalogue import Catalogue
    from stacks.artifacts import Artifacts
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class EnvironmentOutputs(Contract):
    """What an environment tells people and tools."""

    layer = ""

    shop_listener_arn: pulumi.Output[str]
    shop_url: pulumi.Output[str]
    api_id: pulumi.Output[str]
    api_endpoint: pulumi.Output[str]
    user_pool_id: pulumi.Output[str]
    user_pool_client_id: pulumi.Output[str]
    services: dict[str, dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class _Layers:
    """The layers below the services."""

    foundation: foundation.FoundationOutputs
    network: network.NetworkOutputs
    identity: identity.IdentityOutputs
    routing: routing.RoutingOutputs
    compute: compute.ComputeOutputs


def build(settings: Settings, catalogue: Catalogue, artifacts: Artifacts) -> EnvironmentOutputs:
    """Define the environment and return what it exports."""
    target = settings.target
    provider = aws.Provider(
        "aws",
        region=target.region,
        allowed_account_ids=[target.account],
        default_tags={"tags": settings.default_tags},
    )
    opts = pulumi.ResourceOptions(provider=provider)
    layers = _layers(settings, catalogue, artifacts, opts)
    topics = messaging.build(_publishers(catalogue), layers.foundation.key_arn, opts)
    running = services.build(
        settings.compute,
        catalogue,
        services.ServicesUpstream(
            target=target,
            platform=_platform(settings, layers),
            artifacts=artifacts,
            messaging=topics,
            routing=layers.routing,
            publicly_reachable=settings.routing.publicly_reachable,
        ),
        opts,
    )
    return EnvironmentOutputs(
        shop_listener_arn=layers.routing.listener_arn,
        shop_url=layers.routing.shop_url,
        api_id=layers.routing.api_id,
        api_endpoint=layers.routing.api_endpoint,
        user_pool_id=layers.identity.user_pool_id,
        user_pool_client_id=layers.identity.client_id,
        services=running.services,
    )


def _layers(
    settings: Settings, catalogue: Catalogue, artifacts: Artifacts, opts: pulumi.ResourceOptions
) -> _Layers:
    target, protection = settings.target, settings.protection
    base = foundation.build(protection, target, opts)
    logs = LogSettings(retention_days=settings.logs.retention_days, key_arn=base.key_arn)
    net = network.build(settings.network, target, base.key_arn, opts)
    people = identity.build(settings.identity, protection, target, catalogue.roles, opts)
    entrances = routing.build(
        settings.routing,
        settings.domain,
        routing.RoutingUpstream(
            target=target,
            protection=protection,
            logs=logs,
            foundation=base,
            network=net,
            identity=people,
        ),
        opts,
    )
    runs = compute.build(
        settings.compute,
        compute.ComputeUpstream(
            logs=logs,
            ssl_mode=settings.database.ssl_mode,
            artifacts=artifacts,
            foundation=base,
            network=net,
        ),
        opts,
    )
    return _Layers(foundation=base, network=net, identity=people, routing=entrances, compute=runs)


def _publishers(catalogue: Catalogue) -> dict[str, str]:
    return {event: name for name, spec in catalogue.services.items() for event in spec.publishes}


def _platform(settings: Settings, layers: _Layers) -> Platform:
    entrances, runs, people = layers.routing, layers.compute, layers.identity
    key_arn = layers.foundation.key_arn
    return Platform(
        environment=settings.environment,
        account_id=settings.account,
        region=settings.region,
        vpc_id=layers.network.vpc_id,
        private_subnet_ids=layers.network.private_subnet_ids,
        isolated_subnet_ids=layers.network.isolated_subnet_ids,
        cluster_arn=runs.cluster_arn,
        cluster_name=runs.cluster_name,
        load_balancer=SharedLoadBalancer(
            listener_arn=entrances.listener_arn,
            suffix=entrances.load_balancer_suffix,
            security_group_id=entrances.load_balancer_group_id,
        ),
        api=SharedApi(
            api_id=entrances.api_id,
            execution_arn=entrances.api_execution_arn,
            authorizer_id=entrances.api_authorizer_id,
        ),
        tokens=TokenCheck(
            issuer=people.issuer,
            jwks_endpoint=people.jwks_endpoint,
            client_id=people.client_id,
        ),
        rotator=Rotator(
            arn=runs.rotation_arn,
            function_name=runs.rotation_function_name,
            role_name=runs.rotation_role_name,
        ),
        rotator_group_id=runs.rotation_group_id,
        alarm_topic_arn=layers.foundation.alarm_topic_arn,
        key_arn=key_arn,
        data_protection=_data_protection(settings, key_arn),
        health_check=HealthCheck(
            interval_seconds=settings.routing.health_check_interval_seconds,
            timeout_seconds=settings.routing.health_check_timeout_seconds,
            healthy_threshold=settings.routing.healthy_threshold,
            unhealthy_threshold=settings.routing.unhealthy_threshold,
            grace_seconds=settings.routing.health_check_grace_seconds,
        ),
        drain_seconds=settings.routing.drain_seconds,
        log_level=settings.logs.level,
    )


def _data_protection(settings: Settings, key_arn: pulumi.Input[str]) -> DataProtection:
    database = settings.database
    return DataProtection(
        deletion_protection=settings.protection.deletion_protection,
        backup_days=database.backup_days,
        database_instances=database.instances,
        database_ssl_mode=database.ssl_mode,
        rotation_days=database.rotation_days,
        logs=LogSettings(retention_days=settings.logs.retention_days, key_arn=key_arn),
    )
