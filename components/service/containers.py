"""The ECS services of a microservice: its main process with routes, and additional processes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pulumi

from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs
from components.compute.fargate_service import FargateService, FargateServiceArgs
from components.compute.image_repository import ImageRepository, ImageRepositoryArgs
from components.compute.scaling import RequestsPerTask, Scaling
from components.compute.task import TaskArgs
from components.service.args import DefinedCompute, define_sources
from components.service.entrances import define_entrances, targets
from components.service.jobs import Place, define_task_jobs
from components.service.polling import define_polling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.access import Statement
    from components.compute.collector import Collector
    from components.mounts import Mount
    from components.service.args import ComputeContext, MicroserviceArgs, ProcessWorkload
    from components.service.own_metric import OwnMetric
    from components.service.polling import Polling
    from components.service.scheduled_job import JobPlan

MAIN = "main"
DEFAULT_CPU_PERCENT = 60


@dataclass(frozen=True, kw_only=True)
class ContainerCompute:
    """Image, size and scaling of a service on Fargate."""

    command: list[str]
    """Command."""

    image_digest: str
    """Digest of the image."""

    min_tasks: int
    """Minimum number of tasks."""

    max_tasks: int
    """Maximum number of tasks."""

    requests_per_task: int | None = None
    """Target tracking: requests per task and minute."""

    cpu_percent: int | None = None
    """Target tracking: average CPU utilization in percent."""

    own_metric: OwnMetric | None = None
    """Target tracking: a metric that the service counts itself."""

    cpu: int = 256
    """CPU units of a task; 1024 are one vCPU."""

    memory_mib: int = 512
    """Memory of a task in MiB."""

    health_check: str = "/health"
    """Health check path; it must respond with 200."""

    port: int = 8080
    """Port that the container listens on."""

    collector: Collector | None = None
    """Collector that sends the spans of programs in other languages than Python to X-Ray."""

    kind: ClassVar[str] = "fargate"
    connection_per_request: ClassVar[bool] = False
    in_network: ClassVar[bool] = True

    @property
    def target_port(self) -> int:
        """The container's port."""
        return self.port

    def require_fits(self, service: MicroserviceArgs) -> None:
        """Reject schedules, jobs without a command, and consumers without their process."""
        for event, subscription in service.consumes.items():
            if subscription.process not in service.processes:
                want = f"use one of processes, which polls {event}"
                raise InvalidArgError("process", subscription.process, want)
            for field, default in (("batch_size", 10), ("window_seconds", 0)):
                if (value := getattr(subscription, field)) != default:
                    want = f"leave it out: a process receives the messages of {event} one by one"
                    raise InvalidArgError(field, value, want)
        if service.schedules:
            want = "write a job with a command: a schedule invokes a function"
            raise InvalidArgError("schedules", sorted(service.schedules), want)
        if bare := sorted(name for name, job in service.jobs.items() if not job.command):
            raise InvalidArgError("jobs", bare, "give each a command")
        if service.invoked_by_alarms:
            got = service.invoked_by_alarms
            raise InvalidArgError("invoked_by_alarms", got, "let alarms invoke a function")
        for source in service.sources.values():
            source.require_polled_by(service.processes)

    def define(self, context: ComputeContext) -> DefinedCompute:
        """Define the containers."""
        made = Containers(
            context.name,
            ContainersArgs(
                service=context.service,
                compute=self,
                security_group_id=context.security_group_id or "",
                environment=context.environment,
                statements=context.statements,
                mounts=context.mounts,
                stores=context.stores,
                tags=context.tags,
            ),
            context.opts,
        )
        cluster = context.service.platform.cluster
        jobs = {"jobs": made.jobs} if made.jobs else {}
        return DefinedCompute(
            location={"cluster_arn": cluster.arn, "service_arns": made.service_arns, **jobs},
            role_arns=made.role_arns,
            log_group_names=made.log_group_names,
        )


@dataclass(frozen=True, kw_only=True)
class ContainersArgs:
    """Service, compute, environment and permissions of its tasks."""

    service: MicroserviceArgs
    """The service."""

    compute: ContainerCompute
    """Compute of its main process."""

    security_group_id: pulumi.Input[str]
    """Security group attached to its tasks."""

    environment: Mapping[str, pulumi.Input[str]]
    """Environment variables of its programs."""

    statements: Sequence[Statement]
    """IAM statements of its role."""

    mounts: Sequence[Mount] = ()
    """File systems that its programs mount."""

    stores: Mapping[str, pulumi.ComponentResource] = dataclasses.field(
        default_factory=dict[str, pulumi.ComponentResource], metadata=NOT_AN_INPUT
    )
    """Stores that its sources name."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


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
        platform = args.service.platform

        repository = ImageRepository(
            name,
            ImageRepositoryArgs(
                key_arn=platform.key.arn,
                deletable_with_images=not platform.data_protection.deletion_protection,
                tags=args.tags,
            ),
            child,
        )
        reached = targets(args.service, args.compute.port, args.compute.health_check, args.tags)
        entrances = define_entrances(name, args.service, reached, child)
        main = FargateService(
            name,
            FargateServiceArgs(
                cluster=platform.cluster,
                subnet_ids=platform.vpc.private_subnet_ids,
                security_group_ids=[args.security_group_id],
                task=_task(name, MAIN, args, repository),
                scaling=_scaling(args, [one.resource_label for one in entrances]),
                alarms=platform.alarms,
                target_group_arns=[entrance.target_group_arn for entrance in entrances],
                grace_seconds=platform.health_check.grace_seconds,
                before_deployment=args.service.before_deployment,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=entrances),
        )
        self.service_arns = {MAIN: main.service_arn}
        # Not declared on the class, or they would be resource outputs.
        self.role_arns = [main.role_arn]
        self.log_group_names = {MAIN: main.log_group_name}
        # The main process's migrations create the schema that the others use.
        after_migrations = pulumi.ResourceOptions(parent=self, depends_on=[main])
        sourced = define_sources(name, args.service, args.stores, child, args.tags)
        for process, runs in args.service.processes.items():
            polls = define_polling(name, process, args.service, child, args.tags)
            polls = polls.including(one for one in sourced if one.process == process)
            further = FargateService(
                f"{name}-{process}",
                FargateServiceArgs(
                    cluster=platform.cluster,
                    subnet_ids=platform.vpc.private_subnet_ids,
                    security_group_ids=[args.security_group_id],
                    task=_task(name, process, _polling(args, polls), repository, runs),
                    scaling=polls.scaling(runs),
                    alarms=platform.alarms,
                    tags=args.tags,
                ),
                after_migrations,
            )
            self.service_arns[process] = further.service_arn
            self.role_arns.append(further.role_arn)
            self.log_group_names[process] = further.log_group_name

        place = Place(service=name, args=args.service, tags=args.tags, opts=after_migrations)
        self.jobs = define_task_jobs(
            place,
            [args.security_group_id],
            lambda job, plan: _task(name, f"{job}-job", args, repository, plan),
        )

        for job, made in self.jobs.items():
            self.log_group_names[f"{job}-job"] = made["log_group_name"]
        self.repository_url = repository.url
        self.register_outputs({"service_arns": self.service_arns, "repository_url": repository.url})


def _polling(args: ContainersArgs, polls: Polling) -> ContainersArgs:
    """Return *args* for a process with what it polls."""
    return dataclasses.replace(
        args,
        environment={**args.environment, **polls.environment},
        statements=[*args.statements, *polls.statements],
    )


def _task(
    name: str,
    process: str,
    args: ContainersArgs,
    repository: ImageRepository,
    runs: ProcessWorkload | JobPlan | None = None,
) -> TaskArgs:
    platform, compute = args.service.platform, args.compute
    sized = runs or compute
    return TaskArgs(
        family=f"{platform.environment}-{name}-{process}",
        container=process,
        image=repository.image(compute.image_digest),
        command=sized.command or [],
        pull=repository.allow_pull(),
        region=platform.region,
        account_id=platform.account_id,
        cpu=sized.cpu,
        memory_mib=sized.memory_mib,
        port=compute.port if process == MAIN else None,
        environment=args.environment,
        statements=args.statements,
        mounts=args.mounts,
        collector=compute.collector if platform.trace_percent else None,
        description=args.service.description,
        logs=platform.data_protection.logs,
        tags=args.tags,
    )


def _scaling(args: ContainersArgs, labels: list[pulumi.Output[str]]) -> Scaling:
    compute, own = args.compute, args.compute.own_metric
    return Scaling(
        min_tasks=compute.min_tasks,
        max_tasks=compute.max_tasks,
        requests_per_task=[
            RequestsPerTask(requests=requests, resource_label=label)
            for label in labels
            if (requests := compute.requests_per_task) is not None
        ],
        metric=own and own.target(args.service.platform.metrics_namespace),
        cpu_percent=compute.cpu_percent or DEFAULT_CPU_PERCENT,
    )
