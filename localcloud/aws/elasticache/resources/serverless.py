"""ElastiCache: serverless caches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.elasticache.resources.network import TAGS
from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

KEY = {"ServerlessCacheName": "id"}
LIMITS = "cacheUsageLimits"
VERSION = "engine majorEngineVersion"
SENT = "dailySnapshotTime description securityGroupIds snapshotRetentionLimit userGroupId"


def usage_limits(context: Context) -> dict[str, Any]:
    """Return the usage limits, with AWS's names; ElastiCache keeps limits that are dropped."""
    limits: dict[str, Any] = context.inputs.get(LIMITS) or {}
    wanted: dict[str, Any] = {}
    if storage := limits.get("dataStorage"):
        wanted["DataStorage"] = {key.title(): value for key, value in storage.items()}
    if units := limits.get("ecpuPerSeconds"):
        wanted["ECPUPerSecond"] = {key.title(): value for key, value in units[0].items()}
    return {"CacheUsageLimits": wanted} if wanted else {}


def change(context: Context) -> None:
    """Change the cache; a new major version is an upgrade of its own."""
    sent = [name for name in SENT.split() if name in context.changed & {*context.inputs}]
    fixed = usage_limits(context) if LIMITS in context.changed else {}
    if "userGroupId" in context.changed and "userGroupId" not in context.inputs:
        fixed["RemoveUserGroup"] = True
    if sent or fixed:
        only = " ".join(sent) or "nothing"
        op = Op(name="ModifyServerlessCache", keys=KEY, only=only, fixed=fixed)
        context.call_with_inputs(op)
    if context.changed & {*VERSION.split()}:
        context.call_with_inputs(Op(name="ModifyServerlessCache", keys=KEY, only=VERSION))


def outputs(_context: Context, found: Properties) -> Properties:
    """Return limits and addresses, in the form of the SDK."""
    limits = found.get("CacheUsageLimits") or {}
    stated: dict[str, Any] = {}
    if storage := limits.get("DataStorage"):
        stated["dataStorage"] = lower(storage)
    if units := limits.get("ECPUPerSecond"):
        stated["ecpuPerSeconds"] = [lower(units)]
    return {
        LIMITS: stated or None,
        "createTime": found["CreateTime"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "endpoints": [lower(found["Endpoint"])],
        "readerEndpoints": [lower(found["ReaderEndpoint"])],
    }


def lower(members: Properties) -> dict[str, Any]:
    """Return members under the names of the SDK."""
    return {key.lower(): value for key, value in members.items()}


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ElastiCache's constraints across inputs."""
    if inputs.get("engine") == "memcached":
        for key in ("userGroupId", "dailySnapshotTime", "snapshotRetentionLimit"):
            if inputs.get(key):
                yield CheckFailure(key, "does not apply to memcached: remove it")


SERVERLESS_CACHE = Row(
    type="aws:elasticache/serverlessCache:ServerlessCache",
    service="elasticache",
    served_in_one_region=True,
    inputs={
        LIMITS: Input(UPDATE),
        f"{LIMITS}.dataStorage.maximum": Input(UPDATE, limit=Limit(1, 5000)),
        f"{LIMITS}.dataStorage.minimum": Input(UPDATE, limit=Limit(1, 5000)),
        f"{LIMITS}.dataStorage.unit": Input(UPDATE, limit=Limit(one_of=("GB",))),
        f"{LIMITS}.ecpuPerSeconds.maximum": Input(UPDATE, limit=Limit(1000, 15_000_000)),
        f"{LIMITS}.ecpuPerSeconds.minimum": Input(UPDATE, limit=Limit(1000, 15_000_000)),
        "dailySnapshotTime": Input(UPDATE, limit=Limit(pattern=r"([01]\d|2[0-3]):[0-5]\d")),
        "description": Input(UPDATE),
        "engine": Input(UPDATE, limit=Limit(one_of=("valkey", "redis", "memcached"))),
        "majorEngineVersion": Input(UPDATE),
        "name": Input(REPLACE, limit=Limit(max_length=40, pattern="[a-z](-?[a-z0-9])*")),
        "networkType": Input(REPLACE, supported_values=("ipv4",)),
        "securityGroupIds": Input(UPDATE, unordered=True),
        "snapshotRetentionLimit": Input(UPDATE, limit=Limit(0, 35)),
        "subnetIds": Input(REPLACE, unordered=True),
        **each(REPLACE, "kmsKeyId region"),
        "snapshotArnsToRestores": Input(REPLACE, supported=False),
        "tags": Input(UPDATE),
        "timeouts": Input(IGNORED),
        "userGroupId": Input(UPDATE),
    },
    name=Naming(max_length=40, lower=True),
    create=Op(
        name="CreateServerlessCache",
        rename={LIMITS: "", "name": "ServerlessCacheName"},
        extra=usage_limits,
    ),
    id="ServerlessCache.ServerlessCacheName",
    read=Op(name="DescribeServerlessCaches", keys=KEY, result="ServerlessCaches[0]"),
    update=change,
    delete=Op(name="DeleteServerlessCache", keys=KEY),
    tags=TAGS,
    outputs={"arn": "ARN", "name": "ServerlessCacheName"},
    computed=outputs,
    check=check,
    time_limit=2400,
)

ROWS = (SERVERLESS_CACHE,)
