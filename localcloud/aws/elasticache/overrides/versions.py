"""Engines and versions of clusters."""

from __future__ import annotations

from localcloud.aws.elasticache.overrides.records import invalid

DEFAULT_VERSIONS = {"valkey": "8.1", "redis": "7.1", "memcached": "1.6.22"}


def full_version(engine: str, version: str | None) -> str:
    """Return a version with its patch level, as ElastiCache reports it."""
    if engine not in DEFAULT_VERSIONS:
        raise invalid(f"Unknown engine {engine}: it must be one of {', '.join(DEFAULT_VERSIONS)}.")
    found = version or DEFAULT_VERSIONS[engine]
    return found if found.count(".") > 1 else f"{found}.0"


def default_parameters(engine: str, version: str, *, cluster: bool) -> str:
    """Return the name of the default parameter group."""
    major, minor, *_ = version.split(".")
    family = f"memcached{major}.{minor}" if engine == "memcached" else f"{engine}{major}"
    return f"default.{family}{'.cluster.on' if cluster else ''}"
