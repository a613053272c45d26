"""What a service consists of, as its metrics, logs and alarms name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEAD_LETTERS = "-dead-letters"


class PartKind(StrEnum):
    """Kinds of resources that have metrics of their own."""

    ENTRANCE = "entrance"
    FUNCTION = "function"
    TASKS = "tasks"
    QUEUE = "queue"
    DEAD_LETTERS = "dead letters"
    STREAM = "stream"
    STATE_MACHINE = "state machine"
    TABLE = "table"
    CLUSTER = "database cluster"
    INSTANCE = "database instance"
    PROXY = "database proxy"
    SERVERLESS_CACHE = "serverless cache"
    REPLICATION_GROUP = "replication group"
    MEMCACHED = "memcached"
    DAX = "DAX cluster"
    FILES = "file system"
    OWN = "own metrics"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A resource with metrics."""

    kind: PartKind
    """Kind of the resource."""

    name: str
    """Label of its lines in charts."""

    dimensions: Mapping[str, pulumi.Input[str]]
    """Dimensions of its metrics."""


@dataclass(frozen=True, kw_only=True)
class OwnMetric:
    """A metric that the code of a service counts, or that is counted in its logs."""

    name: str
    """Name of the metric."""

    dimensions: Mapping[str, str]
    """Dimensions of the metric: `service` if code counts it, none if it is counted in logs."""

    title: str
    """Title of its chart."""

    namespace: str
    """Namespace of the metric."""

    statistic: str
    """Statistic that its chart shows."""


@dataclass(frozen=True, kw_only=True)
class ServiceParts:
    """Everything of a service that a dashboard shows."""

    service: str
    """Name of the service."""

    parts: Sequence[Part] = ()
    """Its resources."""

    own: Sequence[OwnMetric] = ()
    """Its own metrics."""

    alarms: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    """ARNs of its alarms by name."""

    log_groups: Sequence[pulumi.Input[str]] = ()
    """Names of its log groups."""

    availability_percent: float = 99.5
    """Objective for the percentage of successful requests."""

    slow_ms: int = 1000
    """Objective for the p99 response time in milliseconds."""

    def of(self, *kinds: PartKind) -> list[Part]:
        """Return the parts of *kinds*."""
        return [one for kind in kinds for one in self.parts if one.kind is kind]

    @property
    def answering(self) -> list[Part]:
        """What answers requests: the entrances, or else the service's own function."""
        functions = self.of(PartKind.FUNCTION)
        return self.of(PartKind.ENTRANCE) or [one for one in functions if one.name == self.service]


@dataclass(frozen=True)
class _Reader:
    kind: PartKind
    dimension: str
    attribute: str
    """Attribute of the resource that is the value of the dimension."""
    suffix: str = ""
    """End of logical names that labels leave out."""


_READERS: Mapping[str, _Reader] = {
    "aws:lambda/function:Function": _Reader(PartKind.FUNCTION, "FunctionName", "name", "-function"),
    "aws:ecs/service:Service": _Reader(PartKind.TASKS, "ServiceName", "name", "-service"),
    "aws:sqs/queue:Queue": _Reader(PartKind.QUEUE, "QueueName", "name", "-queue"),
    "aws:kinesis/stream:Stream": _Reader(PartKind.STREAM, "StreamName", "name", "-stream"),
    "aws:sfn/stateMachine:StateMachine": _Reader(
        PartKind.STATE_MACHINE, "StateMachineArn", "arn", "-machine"
    ),
    "aws:dynamodb/table:Table": _Reader(PartKind.TABLE, "TableName", "name", "-table"),
    "aws:rds/cluster:Cluster": _Reader(
        PartKind.CLUSTER, "DBClusterIdentifier", "cluster_identifier", "-cluster"
    ),
    "aws:rds/instance:Instance": _Reader(
        PartKind.INSTANCE, "DBInstanceIdentifier", "identifier", "-instance"
    ),
    "aws:rds/proxy:Proxy": _Reader(PartKind.PROXY, "ProxyName", "name"),
    "aws:elasticache/serverlessCache:ServerlessCache": _Reader(
        PartKind.SERVERLESS_CACHE, "clusterId", "name", "-cache"
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": _Reader(
        PartKind.REPLICATION_GROUP, "ReplicationGroupId", "replication_group_id", "-nodes"
    ),
    "aws:elasticache/cluster:Cluster": _Reader(
        PartKind.MEMCACHED, "CacheClusterId", "cluster_id", "-cluster"
    ),
    "aws:dax/cluster:Cluster": _Reader(PartKind.DAX, "ClusterId", "cluster_name", "-cluster"),
    "aws:efs/fileSystem:FileSystem": _Reader(PartKind.FILES, "FileSystemId", "id", "-files"),
}


_ALARMS = ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm")
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


@dataclass(frozen=True)
class _Seen:
    name: str
    type: str
    resource: Any


@dataclass
class Recorder:
    """Remembers the resources of each service while they are defined."""

    _seen: dict[str, list[_Seen]] = field(default_factory=dict[str, "list[_Seen]"])

    def options(
        self, service: str, opts: pulumi.ResourceOptions | None = None
    ) -> pulumi.ResourceOptions:
        """Return *opts* for resources of *service*, which are remembered with their children."""
        seen = self._seen.setdefault(service, [])

        def remember(args: pulumi.ResourceTransformationArgs) -> None:
            seen.append(_Seen(args.name, args.type_, args.resource))

        remembering = pulumi.ResourceOptions(transformations=[remember])
        return pulumi.ResourceOptions.merge(opts, remembering)

    def parts(self, service: str) -> list[Part]:
        """Return the parts of *service*."""
        parts = map(_part, self._seen.get(service, ()))
        return [part for part in parts if part is not None]

    def alarms(self, service: str) -> dict[str, pulumi.Output[str]]:
        """Return the ARNs of the alarms of *service* by name."""
        seen = self._seen.get(service, ())
        return {one.name: one.resource.arn for one in seen if one.type in _ALARMS}

    def log_groups(self, service: str) -> list[pulumi.Output[str]]:
        """Return the names of the log groups of *service*."""
        return [one.resource.name for one in self._seen.get(service, ()) if one.type == _LOG_GROUP]


def _part(seen: _Seen) -> Part | None:
    entrance = getattr(seen.resource, "entrance", None)
    if entrance is not None:
        name = seen.name.removesuffix("-routes")
        return Part(kind=PartKind.ENTRANCE, name=name, dimensions=entrance)
    reader = _READERS.get(seen.type)
    if reader is None:
        return None
    dimensions = {reader.dimension: getattr(seen.resource, reader.attribute)}
    kind = reader.kind
    if kind is PartKind.TASKS:
        dimensions["ClusterName"] = seen.resource.cluster.apply(_name)
    elif kind is PartKind.QUEUE and seen.name.endswith(DEAD_LETTERS):
        kind = PartKind.DEAD_LETTERS
    return Part(kind=kind, name=seen.name.removesuffix(reader.suffix), dimensions=dimensions)


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
