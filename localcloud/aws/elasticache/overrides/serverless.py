"""Serverless caches."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from localcloud.aws.elasticache.overrides import servers
from localcloud.aws.elasticache.overrides.clusters import serve_new
from localcloud.aws.elasticache.overrides.records import (
    SERVERLESS,
    USER_GROUP,
    Record,
    answer,
    asked,
    conflicting,
    find,
    forget,
    given,
    invalid,
    keep,
    listed,
    require_new,
)
from localcloud.aws.elasticache.overrides.records import install as replace

FULL_VERSIONS = {
    "valkey": {"7": "7.2", "8": "8.1", "9": "9.0"},
    "redis": {"7": "7.1"},
    "memcached": {"1.6": "1.6.22"},
}
"""Engine -> major version -> version that ElastiCache reports."""

CHANGEABLE = (
    "Description", "CacheUsageLimits", "UserGroupId", "SecurityGroupIds", "SnapshotRetentionLimit",
    "DailySnapshotTime",
)  # fmt: skip


def install() -> None:
    """Add the operations, which moto lacks."""
    replace(
        create_serverless_cache, describe_serverless_caches, modify_serverless_cache,
        delete_serverless_cache,
    )  # fmt: skip


def create_serverless_cache(self: Any) -> ActionResult:
    """Create a serverless cache and start its server."""
    require_new(self, SERVERLESS)
    engine = str(self.params["Engine"]).lower()
    _require_user_group(self, engine)
    key = given(self, "KmsKeyId")
    made = keep(
        self,
        SERVERLESS,
        {
            "NetworkType": "ipv4",
            "SnapshotRetentionLimit": 0,
            **({} if engine == "memcached" else {"DailySnapshotTime": "05:00"}),
            **given(self, *CHANGEABLE, "SubnetIds", "NetworkType"),
            **key,
            **_version(engine, self.params.get("MajorEngineVersion")),
            "StorageEncryptionType": "sse-kms" if key else "sse-elasticache",
            "Status": "available",
            "CreateTime": utcnow(),
        },
    )
    serve_new(self, SERVERLESS, made)
    return answer(SERVERLESS, made)


def _version(engine: str, major: str | None) -> Record:
    versions = FULL_VERSIONS.get(engine)
    if versions is None:
        raise invalid(f"Unknown engine {engine}: it must be one of {', '.join(FULL_VERSIONS)}.")
    major = major or max(versions)
    if major not in versions:
        text = f"Serverless caches of {engine} have the major versions {', '.join(versions)}."
        raise invalid(text)
    return {
        "Engine": engine,
        "MajorEngineVersion": major,
        "FullEngineVersion": versions[major],
    }


def _require_user_group(self: Any, engine: str) -> None:
    group = self.params.get("UserGroupId")
    if group and engine == "memcached":
        raise conflicting("UserGroupId cannot be given for Memcached.")
    if group:
        find(self.elasticache_backend, USER_GROUP, group)


def describe_serverless_caches(self: Any) -> ActionResult:
    """Return serverless caches."""
    return ActionResult({"ServerlessCaches": listed(self, SERVERLESS)})


def modify_serverless_cache(self: Any) -> ActionResult:
    """Change limits, users, network and snapshots; a new major version is an upgrade."""
    found = asked(self, SERVERLESS)
    _require_user_group(self, found["Engine"])
    found |= given(self, *CHANGEABLE)
    if self.params.get("RemoveUserGroup"):
        found.pop("UserGroupId", None)
    if self.params.get("MajorEngineVersion") or self.params.get("Engine"):
        engine = str(self.params.get("Engine") or found["Engine"]).lower()
        found |= _version(engine, self.params.get("MajorEngineVersion"))
    servers.serve(self.elasticache_backend, SERVERLESS, found)
    return answer(SERVERLESS, found)


def delete_serverless_cache(self: Any) -> ActionResult:
    """Delete a cache and its data; a final snapshot is not taken."""
    found = asked(self, SERVERLESS)
    if self.params.get("FinalSnapshotName"):
        raise invalid("FinalSnapshotName is not supported by the local cloud: remove it.")
    forget(self, SERVERLESS, found)
    servers.stop(SERVERLESS, found)
    return answer(SERVERLESS, found | {"Status": "deleting"})
