"""The layers of an environment, in the order of their dependencies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.service.platform import DataProtection, Platform
from spec.calls import balanced_callees, takes_service_tokens
from stacks import (
    account,
    backup,
    calls,
    compute,
    cors,
    dashboards,
    foundation,
    identity,
    log_archive,
    messaging,
    network,
    objectives,
    routing,
    schedules,
    secret_ages,
    services,
)
from stacks.contract import Contract
from stacks.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Generator

    from components.logs import LogSettings
    from spec.catalogue import Catalogue
    from stacks.artifacts import Artifacts
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class EnvironmentOutputs(Contract):
    """Stack outputs of an environment."""

    shop_listener_arn: pulumi.Output[str]
    shop_url: pulumi.Output[str]
    api_id: pulumi.Output[str]
    api_endpoint: pulumi.Output[str]
    user_pool_id: pulumi.Output[str]
    user_pool_client_id: pulumi.Output[str]
    services: dict[str, dict[str, object]]


def build(settings: Settings, catalogue: Catalogue, artifacts: Artifacts) -> EnvironmentOutputs:
    """Define the environment and return its stack outputs."""
    steps = define(settings, catalogue, artifacts)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def define(
    settings: Settings, catalogue: Catalogue, artifacts: Artifacts
) -> Generator[None, None, EnvironmentOutputs]:
    """Define the environment, yield after each layer and each service, return its stack outputs."""
    target, protection = settings.target, settings.protection
    provider = aws.Provider(
        "aws",
        region=target.region,
        allowed_account_ids=[target.account],
        default_tags={"tags": settings.default_tags},
    )
    opts = pulumi.ResourceOptions(provider=provider)
    base = foundation.build(protection, settings.alarms, target, opts)
    plain = settings.logs.encrypted_with(base.key)
    archived = log_archive.build(
        settings.observability,
        log_archive.LogArchiveUpstream(
            account_settings=settings.account_settings,
            protection=protection,
            target=target,
            foundation=base,
            logs=plain,
        ),
        opts,
    )
    logs = replace(plain, archive=archived.of_groups)
    vpc = network.build(settings.network, target, logs, opts)
    backup.build(settings.backup, backup.BackupUpstream(protection, target, base, vpc), opts)
    yield
    account.transaction_search(settings.account_settings, settings.observability, target, opts)
    user_pool = identity.build(settings.identity, protection, target, catalogue.roles, opts)
    issuer = None
    if any(takes_service_tokens(catalogue, name) for name in catalogue.services):
        issuer = account.service_issuer(settings.account_settings, opts)
    below_routing = routing.RoutingUpstream(
        target=target,
        protection=protection,
        logs=logs,
        foundation=base,
        vpc=vpc,
        user_pool=user_pool,
        cors=cors.of_catalogue(catalogue),
        api_objectives=objectives.of_api(catalogue),
        service_tokens=services.api_tokens(catalogue, target, issuer),
    )
    routes = routing.build(settings.routing, settings.domain, below_routing, opts)
    log_archive.log_access(archived, routes.load_balancer.access_log_bucket, opts)
    yield
    internal = None
    if balanced_callees(catalogue):
        internal = calls.build(
            settings.routing, settings.domain, routes.zone_id, below_routing, opts
        )
    runs = compute.build(
        settings.compute,
        compute.ComputeUpstream(
            target=target,
            logs=logs,
            ssl_mode=settings.database.ssl_mode,
            artifacts=artifacts,
            foundation=base,
            vpc=vpc,
        ),
        opts,
    )
    yield
    platform = Platform(
        environment=target.environment,
        account_id=target.account,
        region=target.region,
        vpc=vpc,
        cluster=runs.cluster,
        load_balancer=routes.load_balancer,
        api=routes.api,
        user_pool=user_pool,
        rotation=runs.rotation,
        alarms=base.alarms,
        key=base.key,
        schedule_group_name=schedules.group_name(catalogue, opts),
        internal=internal,
        dax=settings.database.dax,
        data_protection=_data_protection(settings, logs),
        health_check=settings.routing.health_check,
        drain_seconds=settings.routing.drain_seconds,
        log_level=settings.logs.level,
        trace_percent=settings.observability.trace_percent,
        max_hops=settings.observability.max_hops,
        fault_injection=settings.allow_fault_injection,
    )
    shared = Shared(opts)
    running = yield from services.build(
        settings.compute,
        catalogue,
        services.ServicesUpstream(
            target=target,
            platform=platform,
            artifacts=artifacts,
            channels=messaging.build(settings.messaging, catalogue, platform, shared),
            queues=messaging.build_queues(catalogue, platform, shared),
            shared=shared,
            service_issuer=issuer,
        ),
        opts,
    )
    dashboards.build(settings.observability, catalogue, platform, shared)
    secret_ages.build(
        settings.compute,
        secret_ages.SecretAgesUpstream(
            secret_arns=[arn for one in running.values() for arn in one.aged_secret_arns],
            logs=logs,
            artifacts=artifacts,
            foundation=base,
        ),
        opts,
    )
    return EnvironmentOutputs(
        shop_listener_arn=routes.load_balancer.listener_arn,
        shop_url=routes.shop_url,
        api_id=routes.api.api_id,
        api_endpoint=routes.api.endpoint,
        user_pool_id=user_pool.pool_id,
        user_pool_client_id=user_pool.client_id,
        services={
            name: {"kind": service.kind, **service.location} for name, service in running.items()
        },
    )


def _data_protection(settings: Settings, logs: LogSettings) -> DataProtection:
    database = settings.database
    return DataProtection(
        deletion_protection=settings.protection.deletion_protection,
        backup_days=database.backup_days,
        database_instances=database.instances,
        database_ssl_mode=database.ssl_mode,
        cache_tls=database.cache_tls,
        rotation_days=database.rotation_days,
        secret_age_alarms=settings.protection.secret_age_alarms,
        logs=logs,
    )
