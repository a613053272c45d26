"""A service that runs as containers: its main program behind the load balancer, and the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.args import as_inputs
from components.compute.fargate_service import FargateService, FargateServiceArgs
from components.compute.image_repository import ImageRepository, ImageRepositoryArgs
from components.compute.scaling import RequestsPerTask, Scaling
from components.compute.task import TaskArgs
from components.routing.service_routes import HealthCheck, ServiceRoutes, ServiceRoutesArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.access import Statement
    from components.service.args import ContainerWorkload, MicroserviceArgs, ProcessWorkload

MAIN = "main"
DEFAULT_CPU_PERCENT = 60


@dataclass(frozen=True, kw_only=True)
class ContainersArgs:
    """What runs, and with what."""

    service: MicroserviceArgs
    """The service."""

    workload: ContainerWorkload
    """How its main program runs."""

    security_group_id: pulumi.Input[str]
    """Who it is on the network."""

    environment: Mapping[str, pulumi.Input[str]]
    """What its programs learn about their surroundings."""

    statements: Sequence[Statement]
    """What its programs may do."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""


class Containers(pulumi.ComponentResource):
    """The container services of one microservice, started from one image; each has its alarms."""

    service_arns: dict[str, pulumi.Output[str]]
    repository_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: ContainersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the containers of the service *name*."""
        super().__init__("bulkhead:service:Containers", f"{name}-containers", as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        platform, workload = args.service.platform, args.workload

        repository = ImageRepository(
            name,
            ImageRepositoryArgs(
                key_arn=platform.key_arn,
                deletable_with_images=not platform.keeping.deletion_protection,
                tags=args.tags,
            ),
            child,
        )
        routes = self._routes(name, args)
        main = FargateService(
            name,
            FargateServiceArgs(
                cluster_arn=platform.cluster_arn,
                cluster_name=platform.cluster_name,
                subnet_ids=platform.private_subnet_ids,
                security_group_ids=[args.security_group_id],
                task=_task(name, MAIN, args, repository),
                scaling=_scaling(workload, routes),
                alarm_topic_arn=platform.alarm_topic_arn,
                target_group_arn=None if routes is None else routes.target_group_arn,
                grace_seconds=platform.health_check.grace_seconds,
                before_deployment=args.service.before_deployment,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[] if routes is None else [routes]),
        )
        self.service_arns = {MAIN: main.service_arn}
        for process, runs in args.service.processes.items():
            further = FargateService(
                f"{name}-{process}",
                FargateServiceArgs(
                    cluster_arn=platform.cluster_arn,
                    cluster_name=platform.cluster_name,
                    subnet_ids=platform.private_subnet_ids,
                    security_group_ids=[args.security_group_id],
                    task=_task(name, process, args, repository, runs),
                    scaling=Scaling(min_tasks=runs.count, max_tasks=runs.count),
                    alarm_topic_arn=platform.alarm_topic_arn,
                    tags=args.tags,
                ),
                # It expects the form that the migrations before the main program gave the database.
                pulumi.ResourceOptions(parent=self, depends_on=[main]),
            )
            self.service_arns[process] = further.service_arn

        self.repository_url = repository.url
        self.register_outputs(
            {"service_arns": self.service_arns, "repository_url": self.repository_url}
        )

    def _routes(self, name: str, args: ContainersArgs) -> ServiceRoutes | None:
        service, platform = args.service, args.service.platform
        if not service.routes:
            return None
        probe = platform.health_check
        return ServiceRoutes(
            f"{name}-routes",
            ServiceRoutesArgs(
                target_group_name=name,
                vpc_id=platform.vpc_id,
                listener_arn=platform.load_balancer.listener_arn,
                load_balancer_suffix=platform.load_balancer.suffix,
                routes=service.routes,
                priorities=service.priorities,
                tokens=platform.tokens,
                alarm_topic_arn=platform.alarm_topic_arn,
                port=args.workload.port,
                health_check=HealthCheck(
                    path=args.workload.health_check,
                    interval_seconds=probe.interval_seconds,
                    healthy_after=probe.healthy_after,
                    unhealthy_after=probe.unhealthy_after,
                    timeout_seconds=probe.timeout_seconds,
                ),
                drain_seconds=platform.drain_seconds,
                slow_ms=service.slow_ms,
                availability_percent=service.availability_percent,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )


def _task(
    name: str,
    process: str,
    args: ContainersArgs,
    repository: ImageRepository,
    runs: ProcessWorkload | None = None,
) -> TaskArgs:
    platform, workload = args.service.platform, args.workload
    sized = runs or workload
    return TaskArgs(
        family=f"{platform.environment}-{name}-{process}",
        container=process,
        image=repository.image(workload.image_digest),
        command=sized.command,
        pull=repository.allow_pull(),
        region=platform.region,
        account_id=platform.account_id,
        cpu=sized.cpu,
        memory_mib=sized.memory_mib,
        port=workload.port if process == MAIN else None,
        environment=args.environment,
        statements=args.statements,
        description=args.service.description,
        logs=platform.keeping.logs,
        tags=args.tags,
    )


def _scaling(workload: ContainerWorkload, routes: ServiceRoutes | None) -> Scaling:
    by_requests = None
    if workload.requests_per_task is not None and routes is not None:
        by_requests = RequestsPerTask(
            requests=workload.requests_per_task, resource_label=routes.resource_label
        )
    return Scaling(
        min_tasks=workload.min_tasks,
        max_tasks=workload.max_tasks,
        requests_per_task=by_requests,
        cpu_percent=workload.cpu_percent or DEFAULT_CPU_PERCENT,
    )
