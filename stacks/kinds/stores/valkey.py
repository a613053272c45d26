"""A Valkey cache for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.data.valkey_cache import ValkeyCache, ValkeyCacheArgs, ValkeyNodes
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.valkey import ValkeyStore

if TYPE_CHECKING:
    from components.service.kinds import StoreContext

KIND = ValkeyStore.KIND


def define(spec: ValkeyStore, context: StoreContext) -> StoreAccess:
    """Define the cache and the service's user of it."""
    platform = context.platform
    cache = ValkeyCache(
        context.name,
        ValkeyCacheArgs(
            identifier=f"{platform.environment}-{context.name}",
            vpc_id=platform.vpc.vpc_id,
            subnet_ids=platform.vpc.isolated_subnet_ids,
            allowed_security_groups={context.service: context.security_group_id or ""},
            alarms=platform.alarms,
            max_storage_gb=spec.max_storage_gb,
            max_ecpu_per_second=spec.max_ecpu_per_second,
            nodes=None
            if spec.node_type is None
            else ValkeyNodes(node_type=spec.node_type, shards=spec.shards, replicas=spec.replicas),
            key_arn=platform.key.arn,
            tags=context.tags,
        ),
        context.opts,
    )
    values: dict[str, pulumi.Input[str]] = {
        "HOST": cache.host,
        "PORT": pulumi.Output.format("{0}", cache.port),
        "TLS": "true" if platform.data_protection.cache_tls else "false",
        "CLUSTER": "true" if cache.cluster_mode else "false",
        "ARN": cache.arn,
        "USER": cache.user_name,
        "AUTH": "iam",
    }
    return StoreAccess(
        environment={variable(context.store, part): value for part, value in values.items()},
        statements=cache.allow_connect(),
    )
