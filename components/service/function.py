"""A service that runs as a Lambda function behind the HTTP API and its event sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import pulumi
import pulumi_aws as aws

from components.access import Statement, use_key
from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs
from components.compute.lambda_function import LambdaFunction, LambdaFunctionArgs, VpcPlacement
from components.observability.objective import Objective, ObjectiveArgs
from components.routing.api_routes import ApiRoutes, ApiRoutesArgs
from components.service.args import DefinedCompute, define_sources
from components.service.jobs import Place, define_function_jobs, define_schedules
from components.service.subscriptions import DeliveryContext, FunctionTarget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.mounts import Mount
    from components.service.args import ComputeContext, MicroserviceArgs
    from components.service.subscriptions import Delivery

FUNCTION = "function"


@dataclass(frozen=True, kw_only=True)
class FunctionCompute:
    """Code, size and concurrency of a Lambda function."""

    archive: str
    """Path of the deployment package (zip)."""

    handler: str = "handler.handler"
    """Handler, as `module.function`."""

    runtime: str = "python3.13"
    """Lambda runtime."""

    memory_mib: int = 256
    """Memory in MiB; CPU is proportional to it."""

    timeout_seconds: int = 10
    """Timeout of an invocation in seconds."""

    reserved_concurrency: int | None = None
    """Reserved concurrency; default: the account's unreserved concurrency."""

    kind: ClassVar[str] = "lambda"
    connection_per_request: ClassVar[bool] = True
    in_network: ClassVar[bool] = False
    target_port: ClassVar[int | None] = None

    def require_fits(self, service: MicroserviceArgs) -> None:
        """Reject additional processes, commands of jobs and migrations."""
        if service.processes:
            want = "run it as containers: a function has one process"
            raise InvalidArgError("processes", sorted(service.processes), want)
        for event, subscription in service.consumes.items():
            if subscription.process is not None:
                want = f"leave it out: a function is invoked with the messages of {event}"
                raise InvalidArgError("process", subscription.process, want)
        for source in service.sources.values():
            source.require_invocations()
        if commands := sorted(name for name, job in service.jobs.items() if job.command):
            want = "leave command out: the function gets an event that names the job"
            raise InvalidArgError("jobs", commands, want)
        if service.before_deployment is not None:
            want = "run it as containers: migrations run in a task"
            raise InvalidArgError("before_deployment", service.before_deployment, want)

    def define(self, context: ComputeContext) -> DefinedCompute:
        """Define the function."""
        made = Function(
            context.name,
            FunctionArgs(
                service=context.service,
                compute=self,
                environment=context.environment,
                statements=context.statements,
                mounts=context.mounts,
                stores=context.stores,
                security_group_id=context.security_group_id,
                tags=context.tags,
            ),
            context.opts,
        )
        jobs = {"jobs": made.jobs} if made.jobs else {}
        return DefinedCompute(
            location={"function_name": made.function_name, **jobs},
            role_arns=[made.role_arn],
            function_arn=made.function_arn,
            log_group_names={FUNCTION: made.log_group_name},
        )


@dataclass(frozen=True, kw_only=True)
class FunctionArgs:
    """Service, compute, environment and permissions of the function."""

    service: MicroserviceArgs
    """The service."""

    compute: FunctionCompute
    """Code, size and concurrency."""

    environment: Mapping[str, pulumi.Input[str]]
    """Environment variables."""

    statements: Sequence[Statement]
    """IAM statements of its role."""

    mounts: Sequence[Mount] = ()
    """File systems that it mounts, at most one."""

    stores: Mapping[str, pulumi.ComponentResource] = field(
        default_factory=dict[str, pulumi.ComponentResource], metadata=NOT_AN_INPUT
    )
    """Stores that its sources name."""

    security_group_id: pulumi.Input[str] | None = None
    """Security group attached to it; None outside the VPC."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class Function(pulumi.ComponentResource):
    """The function of one microservice, its routes and its event sources; each has its alarms."""

    function_name: pulumi.Output[str]
    function_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the function of the service *name*."""
        super().__init__("bulkhead:service:Function", f"{name}-runs", as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        service, platform, compute = args.service, args.service.platform, args.compute

        deliveries: list[Delivery] = [
            subscription.source.define(
                DeliveryContext(
                    service=name,
                    name=f"{name}-{event}",
                    event=event,
                    subscription=subscription,
                    platform=platform,
                    tags=args.tags,
                    opts=child,
                )
            )
            for event, subscription in service.consumes.items()
        ]
        deliveries += define_sources(name, service, args.stores, child, args.tags)
        received = [grant for each in deliveries for grant in each.statements]
        delivered = {name: value for each in deliveries for name, value in each.environment.items()}
        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                archive=compute.archive,
                handler=compute.handler,
                alarms=platform.alarms,
                runtime=compute.runtime,
                memory_mib=compute.memory_mib,
                timeout_seconds=compute.timeout_seconds,
                reserved_concurrency=compute.reserved_concurrency,
                environment={**args.environment, **delivered},
                environment_key_arn=platform.key.arn,
                statements=[*args.statements, *received, *_report_failures(args)],
                vpc=_placement(args),
                mount=args.mounts[0] if args.mounts else None,
                description=service.description,
                slow_ms=service.objectives.p99_ms,
                availability_percent=service.objectives.availability_percent,
                request_alarms=not service.routes,
                log_level=lambda_level(platform.log_level),
                logs=platform.data_protection.logs,
                tags=args.tags,
            ),
            child,
        )
        if service.invoked_by_alarms:
            aws.lambda_.FunctionEventInvokeConfig(
                f"{name}-failures",
                function_name=function.function_name,
                destination_config={"on_failure": {"destination": platform.alarms.page_topic_arn}},
                opts=pulumi.ResourceOptions(parent=self, depends_on=[function]),
            )
        for delivery in deliveries:
            delivery.invoke(
                FunctionTarget(function=function, reserved_concurrency=compute.reserved_concurrency)
            )
        if service.routes:
            ApiRoutes(
                f"{name}-routes",
                ApiRoutesArgs(
                    api=platform.api,
                    function=function,
                    routes=service.routes,
                    timeout_seconds=compute.timeout_seconds,
                ),
                child,
            )
            Objective(
                name,
                ObjectiveArgs(
                    metrics=function.metrics,
                    objectives=service.objectives,
                    alarms=platform.alarms,
                    tags=args.tags,
                ),
                pulumi.ResourceOptions(parent=function),
            )

        place = Place(service=name, args=service, tags=args.tags, opts=child)
        define_schedules(place, function)
        # Not declared on the class: Pulumi would treat it as a resource output.
        self.jobs = define_function_jobs(place, function)
        self.function_name = function.function_name
        self.function_arn = function.arn
        self.role_arn = function.role_arn
        self.log_group_name = function.log_group_name
        self.register_outputs(
            {
                "function_name": self.function_name,
                "function_arn": self.function_arn,
                "role_arn": self.role_arn,
                "log_group_name": self.log_group_name,
            }
        )


def lambda_level(level: str) -> str:
    """Return a level of Python's `logging` as Lambda calls it."""
    return {"WARNING": "WARN", "CRITICAL": "FATAL"}.get(level, level)


def _report_failures(args: FunctionArgs) -> list[Statement]:
    if not args.service.invoked_by_alarms:
        return []
    platform = args.service.platform
    return [
        Statement(actions=["sns:Publish"], resources=[platform.alarms.page_topic_arn]),
        use_key(platform.key.arn, encrypt=True),
    ]


def _placement(args: FunctionArgs) -> VpcPlacement | None:
    if args.security_group_id is None:
        return None
    return VpcPlacement(
        subnet_ids=args.service.platform.vpc.private_subnet_ids,
        security_group_ids=[args.security_group_id],
    )
