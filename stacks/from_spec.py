"""The only translation: from what a service's description says to what its component takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.data.document_table import KeyAttribute, KeyType
from components.messaging.event_topic import allow_publish
from components.routing.paths import Route, key
from components.service.args import (
    ContainerWorkload,
    DatabaseStore,
    FunctionWorkload,
    MicroserviceArgs,
    MigrationPlan,
    ProcessWorkload,
    Publication,
    Subscription,
    TableStore,
)
from spec.compute import CpuTarget, FargateCompute, LambdaCompute
from spec.service import PUBLIC, AuroraPostgresqlStore
from stacks.migrations import migration_hook

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.service.args import Callee
    from components.service.platform import Platform
    from spec.service import DynamoDbStore, Key, ServiceSpec
    from spec.service import Route as RouteSpec
    from stacks.artifacts import Artifacts
    from stacks.compute import ComputeSettings
    from stacks.place import Place


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a service finds in its environment."""

    place: Place
    """Where the environment lies."""

    platform: Platform
    """What the environment lends each service."""

    compute: ComputeSettings
    """The limits it sets."""

    artifacts: Artifacts
    """The builds it runs."""

    topic_arns: Mapping[str, pulumi.Input[str]]
    """Where each event is announced."""

    callees: Mapping[str, Callee]
    """How each service is reached."""

    priorities: Mapping[str, int]
    """The place of each route in the load balancer's order."""


def microservice_args(spec: ServiceSpec, around: Surroundings) -> MicroserviceArgs:
    """Return what the component of *spec* takes."""
    routes = [route(each) for each in spec.routes]
    contained = isinstance(spec.compute, FargateCompute)
    migrations = None
    hook = None
    if spec.migrations is not None:
        migrations = MigrationPlan(
            command=spec.migrations.command, directory=spec.migrations.directory
        )
        hook = migration_hook(spec.name, migrations, around.place)
    return MicroserviceArgs(
        description=spec.description,
        owner=spec.owner,
        tier=spec.tier.value,
        platform=around.platform,
        workload=_workload(spec, around),
        processes={
            name: ProcessWorkload(
                command=process.command,
                cpu=process.cpu,
                memory_mib=process.memory_mib,
                count=_within(process.count, around.compute),
            )
            for name, process in spec.processes.items()
        },
        migrations=migrations,
        before_deployment=hook,
        routes=routes,
        priorities=[around.priorities[key(each)] for each in routes] if contained else [],
        stores={name: _store(store) for name, store in spec.stores.items()},
        publishes={
            event: Publication(
                topic_arn=around.topic_arns[event],
                statements=allow_publish(around.topic_arns[event], around.platform.key_arn),
            )
            for event in spec.publishes
        },
        consumes={
            event: Subscription(
                topic_arn=around.topic_arns[event],
                batch_size=consumer.batch_size,
                window_seconds=consumer.window_seconds,
                max_receives=consumer.max_receives,
                visibility_timeout_seconds=spec.visibility_timeout_seconds(event),
            )
            for event, consumer in spec.consumes.items()
        },
        calls={service: around.callees[service] for service in spec.calls},
        slow_ms=spec.objectives.p99_ms,
        availability_percent=spec.objectives.availability,
    )


def route(spec: RouteSpec) -> Route:
    """Return a description's route as the entrances take it."""
    return Route(
        path=spec.path,
        methods=list(spec.methods),
        role=None if spec.auth == PUBLIC else spec.auth,
        exemption=spec.exemption,
    )


def _workload(spec: ServiceSpec, around: Surroundings) -> ContainerWorkload | FunctionWorkload:
    compute = spec.compute
    if isinstance(compute, LambdaCompute):
        return FunctionWorkload(
            archive=around.artifacts.function(spec.name),
            handler=compute.handler,
            runtime=around.compute.runtime,
            memory_mib=compute.memory_mib,
            timeout_seconds=compute.timeout_seconds,
            reserved_concurrency=compute.reserved_concurrency,
        )
    target = compute.scaling.target
    by_cpu = isinstance(target, CpuTarget)
    return ContainerWorkload(
        command=compute.command,
        image_digest=around.artifacts.image(spec.name),
        min_tasks=_within(compute.scaling.min, around.compute),
        max_tasks=_within(compute.scaling.max, around.compute),
        requests_per_task=None if by_cpu else target.requests_per_task,
        cpu_percent=target.cpu_percent if by_cpu else None,
        cpu=compute.cpu,
        memory_mib=compute.memory_mib,
        health_check=compute.health_check,
    )


def _within(count: int, limits: ComputeSettings) -> int:
    return max(limits.fewest_tasks, min(count, limits.most_tasks))


def _store(store: AuroraPostgresqlStore | DynamoDbStore) -> DatabaseStore | TableStore:
    if isinstance(store, AuroraPostgresqlStore):
        return DatabaseStore(
            version=store.version,
            min_capacity=store.min_capacity,
            max_capacity=store.max_capacity,
        )
    return TableStore(
        partition_key=_key(store.partition_key),
        sort_key=None if store.sort_key is None else _key(store.sort_key),
        ttl_attribute=store.ttl_attribute,
    )


def _key(attribute: Key) -> KeyAttribute:
    return KeyAttribute(name=attribute.name, type=KeyType(attribute.type))
