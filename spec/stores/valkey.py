"""Valkey on ElastiCache."""

from __future__ import annotations

from typing import Literal, Self

import pydantic
from pydantic import Field

from spec.model import StoreSpec

SERVERLESS, NODES = ("max_storage_gb", "max_ecpu_per_second"), ("shards", "replicas")


class ValkeyStore(StoreSpec):
    """A Valkey cache used by this service only: ElastiCache Serverless, or nodes."""

    KIND = "valkey"
    VARIABLES = ("HOST", "PORT", "TLS", "CLUSTER", "ARN", "USER", "AUTH")
    IN_NETWORK = True
    MAX_NAME_LENGTH = 27  # the ID "<environment>-<service>-<store>" has 40

    kind: Literal["valkey"]
    """Valkey on ElastiCache."""

    max_storage_gb: int = Field(default=1, ge=1, le=5000)
    """Maximum data storage in GB, beyond which items are evicted; serverless only."""

    max_ecpu_per_second: int = Field(default=5000, ge=1000, le=15_000_000)
    """Maximum ECPUs per second, beyond which commands are throttled; serverless only."""

    node_type: str | None = Field(default=None, pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$")
    """Node type such as `cache.t4g.small`; default: serverless, without nodes."""

    shards: int = Field(default=1, ge=1, le=500)
    """Number of shards; with more than one, clients use cluster mode."""

    replicas: int = Field(default=1, ge=1, le=5)
    """Replicas of each shard, in other zones."""

    @pydantic.model_validator(mode="after")
    def _serverless_or_nodes(self) -> Self:
        unused = SERVERLESS if self.node_type else NODES
        for name in unused:
            if name in self.model_fields_set:
                raise ValueError(
                    f"remove {name}, or node_type: {name} limits a serverless cache"
                    if self.node_type
                    else f"write node_type beside {name}, such as cache.t4g.small, or remove {name}"
                )
        return self
