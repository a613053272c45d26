"""A container service that replaces its tasks without dropping requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, make_alarm
from components.args import NOT_AN_INPUT, as_inputs
from components.compute.scaling import Scaling, ServiceScaling, ServiceScalingArgs
from components.compute.task import Task, TaskArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BUSY_PERCENT = 85  # above it, latency grows faster than load


@dataclass(frozen=True, kw_only=True)
class FargateServiceArgs:
    """Where a container runs, how often, and who hears of trouble."""

    cluster_arn: pulumi.Input[str]
    """The cluster it runs in, which has Container Insights."""

    cluster_name: pulumi.Input[str]
    """The same cluster, as its metrics name it."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """The subnets it runs in, which should be private."""

    security_group_ids: Sequence[pulumi.Input[str]]
    """Who it is on the network."""

    task: TaskArgs
    """What the container is."""

    scaling: Scaling
    """How many run."""

    alarm_topic_arn: pulumi.Input[str]
    """Where alarms are reported."""

    target_group_arn: pulumi.Input[str] | None = None
    """Where requests come from, if it answers any."""

    grace_seconds: int = 60
    """What a new task may take before bad answers to its health checks count."""

    before_deployment: pulumi.ResourceHook | None = field(default=None, metadata=NOT_AN_INPUT)
    """What has to succeed before new tasks start, such as migrations."""

    tags: Mapping[str, str] | None = None
    """Tags on top of the provider's default ones."""


class FargateService(pulumi.ComponentResource):
    """Containers without machines, spread over zones; a deployment that fails is rolled back."""

    service_arn: pulumi.Output[str]
    service_name: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the service *name*."""
        super().__init__("bulkhead:compute:FargateService", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        task = Task(f"{name}-task", args.task, child)
        service = aws.ecs.Service(
            f"{name}-service",
            cluster=args.cluster_arn,
            task_definition=task.arn,
            desired_count=args.scaling.min_tasks,
            launch_type="FARGATE",
            platform_version="LATEST",
            network_configuration={
                "subnets": list(args.subnet_ids),
                "security_groups": list(args.security_group_ids),
                "assign_public_ip": False,
            },
            load_balancers=_load_balancers(args),
            health_check_grace_period_seconds=args.grace_seconds
            if args.target_group_arn is not None
            else None,
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            # Only where it is named does the provider notice that a deployment was rolled back.
            deployment_controller={"type": "ECS"},
            deployment_circuit_breaker={"enable": True, "rollback": True},
            wait_for_steady_state=True,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=args.tags,
            opts=self._service_options(args),
        )
        if not args.scaling.fixed:
            ServiceScaling(
                f"{name}-scaling",
                ServiceScalingArgs(
                    cluster_name=args.cluster_name,
                    service_name=service.name,
                    scaling=args.scaling,
                ),
                child,
            )
        for suffix, alarm in _alarms(name, args, service.name).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarm_topic_arn, child, args.tags)

        self.service_arn = service.arn
        self.service_name = service.name
        self.task_definition_arn = task.arn
        self.log_group_name = task.log_group_name
        self.register_outputs(
            {
                "service_arn": self.service_arn,
                "service_name": self.service_name,
                "task_definition_arn": self.task_definition_arn,
                "log_group_name": self.log_group_name,
            }
        )

    def _service_options(self, args: FargateServiceArgs) -> pulumi.ResourceOptions:
        hooks = None
        if args.before_deployment is not None:
            hook = args.before_deployment
            hooks = pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])
        # Once a service scales, the count is the scaling's: a deployment must not put it back.
        ignored = [] if args.scaling.fixed else ["desiredCount"]
        return pulumi.ResourceOptions(parent=self, hooks=hooks, ignore_changes=ignored)


def _load_balancers(
    args: FargateServiceArgs,
) -> list[aws.ecs.ServiceLoadBalancerArgs] | None:
    if args.target_group_arn is None or args.task.port is None:
        return None
    return [
        aws.ecs.ServiceLoadBalancerArgs(
            target_group_arn=args.target_group_arn,
            container_name=args.task.container,
            container_port=args.task.port,
        )
    ]


def _alarms(
    name: str, args: FargateServiceArgs, service_name: pulumi.Output[str]
) -> dict[str, Alarm]:
    whose = {"ClusterName": args.cluster_name, "ServiceName": service_name}
    busy = {
        subject: Alarm(
            description=f"The tasks of {name} use nearly all of their {subject}",
            namespace="AWS/ECS",
            metric=metric,
            dimensions=whose,
            threshold=BUSY_PERCENT,
            statistic="Average",
            periods=5,
        )
        for metric, subject in (("CPUUtilization", "processor"), ("MemoryUtilization", "memory"))
    }
    running = Alarm(
        description=f"Too few tasks of {name} run: its log group and its events have the reasons",
        namespace="ECS/ContainerInsights",
        metric="RunningTaskCount",
        dimensions=whose,
        threshold=args.scaling.min_tasks,
        statistic="Minimum",
        periods=5,
        comparison="LessThanThreshold",
        missing_data="breaching",
    )
    return {**busy, "running": running}
