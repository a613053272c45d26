"""Memcached on ElastiCache."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spec.model import StoreSpec


class MemcachedStore(StoreSpec):
    """A Memcached cluster used by this service only; its nodes do not replicate each other."""

    KIND = "memcached"
    VARIABLES = ("HOST", "PORT", "TLS", "NODES")
    IN_NETWORK = True
    MAX_NAME_LENGTH = 37  # the ID "<environment>-<service>-<store>" has 50

    kind: Literal["memcached"]
    """Memcached on ElastiCache."""

    node_type: str = Field(default="cache.t4g.small", pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$")
    """Node type."""

    nodes: int = Field(default=2, ge=1, le=40)
    """Number of nodes, spread over zones; each holds a part of the keys."""
