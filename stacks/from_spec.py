"""The translation from a service's description to the arguments of its component."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from components.objectives import Objectives
from components.routing.paths import Route, key
from components.service.args import MicroserviceArgs, MigrationPlan, ProcessWorkload
from components.service.kinds import Store
from components.service.secret_rotation import RotationCode
from spec.model import Artifact, Entrance
from spec.service import PUBLIC, SERVICE
from stacks import schedules
from stacks.context import with_runbook
from stacks.kinds.registry import translation
from stacks.messaging import publications, reads, sends, subscriptions
from stacks.migrations import migration_hook
from stacks.sources import sources

if TYPE_CHECKING:
    from components.service.calls import Callers
    from spec.model import StoreSpec
    from spec.service import Route as RouteSpec
    from spec.service import ServiceSpec
    from stacks.context import ServiceContext


def microservice_args(
    spec: ServiceSpec, context: ServiceContext, callers: Callers | None = None
) -> MicroserviceArgs:
    """Return the arguments of the component of *spec*, which *callers* may call."""
    context = replace(context, platform=with_runbook(context.platform, spec))
    routes = [route(each) for each in spec.routes]
    balanced = spec.compute.ENTRANCE is Entrance.LOAD_BALANCER
    compute = translation("stacks.kinds.compute", spec.compute.KIND)
    migrations = None
    hook = None
    if spec.migrations is not None:
        migrations = MigrationPlan(
            command=spec.migrations.command, directory=spec.migrations.directory
        )
        hook = migration_hook(spec.name, migrations, context.target)
    return MicroserviceArgs(
        description=spec.description,
        owner=spec.owner,
        tier=spec.tier.value,
        platform=context.platform,
        compute=compute.translate(spec.name, spec.compute, context),
        processes={
            name: ProcessWorkload(
                command=process.command,
                cpu=process.cpu,
                memory_mib=process.memory_mib,
                count=context.compute.within_limits(process.count, spec.name),
                max_count=process.max_count
                and context.compute.within_limits(process.max_count, spec.name),
                messages_per_task=process.messages_per_task,
            )
            for name, process in spec.processes.items()
        },
        migrations=migrations,
        before_deployment=hook,
        routes=routes,
        priorities=[
            context.priorities[key(each)] for each in routes if balanced and each.role != SERVICE
        ],
        stores={name: _store(store) for name, store in spec.stores.items()},
        secrets={name: secret.max_age_days for name, secret in spec.secrets.items()},
        rotations=rotations(spec, context),
        variables=spec.variables,
        parameters=spec.parameters,
        publishes=publications(spec, context.channels)
        | sends(context.senders, spec.name, context.queues),
        consumes=subscriptions(spec, context.channels) | reads(spec, context.queues),
        sources=sources(spec, context),
        calls={
            service: replace(context.callees[service], **limits.model_dump())
            for service, limits in spec.calls.items()
        },
        schedules=schedules.timings(spec.schedules),
        jobs=schedules.plans(spec.jobs),
        callers=callers,
        objectives=Objectives(
            availability_percent=spec.objectives.availability, p99_ms=spec.objectives.p99_ms
        ),
        metrics=sorted(spec.metrics),
    )


def route(spec: RouteSpec) -> Route:
    """Return a route of a description as the routing components take it."""
    return Route(
        path=spec.path,
        methods=list(spec.methods),
        role=None if spec.auth == PUBLIC else spec.auth,
        exemption=spec.exemption,
    )


def rotations(spec: ServiceSpec, context: ServiceContext) -> dict[str, RotationCode]:
    """Return the code that rotates each secret; containers have an archive for it."""
    archive = spec.name if spec.compute.ARTIFACT is Artifact.ARCHIVE else spec.rotation_archive
    return {
        name: RotationCode(
            archive=context.artifacts.function(archive),
            handler=secret.rotation.handler,
            days=secret.rotation.every_days,
            runtime=context.compute.runtime,
        )
        for name, secret in spec.secrets.items()
        if secret.rotation is not None
    }


def _store(spec: StoreSpec) -> Store:
    module = translation("stacks.kinds.stores", spec.KIND)
    return Store(
        define=partial(module.define, spec),
        in_network=spec.in_network,
        settings=spec.model_dump(),
    )
