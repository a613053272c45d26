"""A service that runs as a function: behind the HTTP API, and after its queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.args import as_inputs
from components.compute.lambda_function import LambdaFunction, LambdaFunctionArgs, VpcPlacement
from components.compute.queue_consumer import QueueConsumer, QueueConsumerArgs
from components.messaging.work_queue import WorkQueue, WorkQueueArgs
from components.routing.api_routes import ApiRoutes, ApiRoutesArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.access import Statement
    from components.service.args import FunctionWorkload, MicroserviceArgs

MIN_QUEUE_CONCURRENCY, MAX_QUEUE_CONCURRENCY = 2, 1000  # what a mapping can be limited to


@dataclass(frozen=True, kw_only=True)
class FunctionArgs:
    """What runs, and with what."""

    service: MicroserviceArgs
    """The service."""

    workload: FunctionWorkload
    """How it runs."""

    environment: Mapping[str, pulumi.Input[str]]
    """What it learns about its surroundings."""

    statements: Sequence[Statement]
    """What it may do."""

    security_group_id: pulumi.Input[str] | None = None
    """Who it is on the network, if it needs one."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""


class Function(pulumi.ComponentResource):
    """The function of one microservice, its routes and its queues; each has its alarms."""

    function_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the function of the service *name*."""
        super().__init__("bulkhead:service:Function", f"{name}-runs", as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        service, platform, workload = args.service, args.service.platform, args.workload

        queues = {
            event: WorkQueue(
                f"{name}-{event}",
                WorkQueueArgs(
                    alarm_topic_arn=platform.alarm_topic_arn,
                    topics={event: subscription.topic_arn},
                    visibility_timeout_seconds=subscription.visibility_timeout_seconds,
                    max_receives=subscription.max_receives,
                    tags=args.tags,
                ),
                child,
            )
            for event, subscription in service.consumes.items()
        }
        received = [grant for queue in queues.values() for grant in queue.allow_receive()]
        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                archive=workload.archive,
                handler=workload.handler,
                alarm_topic_arn=platform.alarm_topic_arn,
                runtime=workload.runtime,
                memory_mib=workload.memory_mib,
                timeout_seconds=workload.timeout_seconds,
                reserved_concurrency=workload.reserved_concurrency,
                environment=args.environment,
                environment_key_arn=platform.key_arn,
                statements=[*args.statements, *received],
                vpc=_placement(args),
                description=service.description,
                slow_ms=service.slow_ms,
                availability_percent=service.availability_percent,
                logs=platform.keeping.logs,
                tags=args.tags,
            ),
            child,
        )
        for event, subscription in service.consumes.items():
            QueueConsumer(
                f"{name}-{event}-consumer",
                QueueConsumerArgs(
                    function_arn=function.arn,
                    queue_arn=queues[event].arn,
                    batch_size=subscription.batch_size,
                    window_seconds=subscription.window_seconds,
                    max_concurrency=_concurrency(workload),
                    tags=args.tags,
                ),
                child,
            )
        if service.routes:
            ApiRoutes(
                f"{name}-routes",
                ApiRoutesArgs(
                    api_id=platform.api.api_id,
                    execution_arn=platform.api.execution_arn,
                    authorizer_id=platform.api.authorizer_id,
                    function_arn=function.arn,
                    function_name=function.function_name,
                    routes=service.routes,
                    timeout_seconds=workload.timeout_seconds,
                ),
                child,
            )

        self.function_name = function.function_name
        self.register_outputs({"function_name": self.function_name})


def _placement(args: FunctionArgs) -> VpcPlacement | None:
    if args.security_group_id is None:
        return None
    return VpcPlacement(
        subnet_ids=args.service.platform.private_subnet_ids,
        security_group_ids=[args.security_group_id],
    )


def _concurrency(workload: FunctionWorkload) -> int | None:
    # A queue that invokes more than the function may run has its messages thrown back.
    if workload.reserved_concurrency is None:
        return None
    return min(MAX_QUEUE_CONCURRENCY, max(MIN_QUEUE_CONCURRENCY, workload.reserved_concurrency))
