"""A Memcached cluster for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.data.memcached_cache import MemcachedCache, MemcachedCacheArgs
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.memcached import MemcachedStore

if TYPE_CHECKING:
    from components.service.kinds import StoreContext

KIND = MemcachedStore.KIND


def define(spec: MemcachedStore, context: StoreContext) -> StoreAccess:
    """Define the cluster."""
    platform = context.platform
    cache = MemcachedCache(
        context.name,
        MemcachedCacheArgs(
            identifier=f"{platform.environment}-{context.name}",
            vpc_id=platform.vpc.vpc_id,
            subnet_ids=platform.vpc.isolated_subnet_ids,
            allowed_security_groups={context.service: context.security_group_id or ""},
            alarms=platform.alarms,
            node_type=spec.node_type,
            nodes=spec.nodes,
            tags=context.tags,
        ),
        context.opts,
    )
    values: dict[str, pulumi.Input[str]] = {
        "HOST": cache.host,
        "PORT": pulumi.Output.format("{0}", cache.port),
        "TLS": "true" if platform.data_protection.cache_tls else "false",
        "NODES": cache.nodes,
    }
    return StoreAccess(
        environment={variable(context.store, part): value for part, value in values.items()}
    )
