"""An ECS service on Fargate with rolling deployments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import NOT_AN_INPUT, as_inputs
from components.compute.scaling import Scaling, ServiceScaling, ServiceScalingArgs
from components.compute.task import Task, TaskArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting
    from components.compute.cluster import ContainerCluster

BUSY_PERCENT = 85  # above this utilization, latency grows faster than load


@dataclass(frozen=True, kw_only=True)
class FargateServiceArgs:
    """Cluster, network, task and scaling of an ECS service."""

    cluster: ContainerCluster = field(metadata=NOT_AN_INPUT)
    """Cluster of the service."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets for the tasks."""

    security_group_ids: Sequence[pulumi.Input[str]]
    """Security groups of the tasks."""

    task: TaskArgs
    """Task definition."""

    scaling: Scaling
    """Number of tasks and scaling policy."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    target_group_arns: Sequence[pulumi.Input[str]] = ()
    """Target groups the tasks register with; none without routes."""

    grace_seconds: int = 60
    """Health check grace period of new tasks in seconds."""

    before_deployment: pulumi.ResourceHook | None = field(default=None, metadata=NOT_AN_INPUT)
    """Hook that must succeed before the service is created or updated, such as migrations."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class FargateService(pulumi.ComponentResource):
    """An ECS service on Fargate; failed deployments roll back (circuit breaker)."""

    service_arn: pulumi.Output[str]
    service_name: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
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
            cluster=args.cluster.arn,
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
            if args.target_group_arns
            else None,
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            # The provider reports a rolled-back deployment only if the controller type is set.
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
                    cluster_name=args.cluster.cluster_name,
                    service_name=service.name,
                    scaling=args.scaling,
                ),
                child,
            )
        for suffix, alarm in _alarms(name, args, service.name).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.service_arn = service.arn
        self.service_name = service.name
        self.task_definition_arn = task.arn
        self.role_arn = task.role_arn
        self.log_group_name = task.log_group_name
        self.register_outputs(
            {
                "service_arn": self.service_arn,
                "service_name": self.service_name,
                "task_definition_arn": self.task_definition_arn,
                "role_arn": self.role_arn,
                "log_group_name": self.log_group_name,
            }
        )

    def _service_options(self, args: FargateServiceArgs) -> pulumi.ResourceOptions:
        hooks = None
        if args.before_deployment is not None:
            hook = args.before_deployment
            hooks = pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])
        # Application Auto Scaling owns the count: a deployment must not reset it.
        ignored = [] if args.scaling.fixed else ["desiredCount"]
        return pulumi.ResourceOptions(parent=self, hooks=hooks, ignore_changes=ignored)


def _load_balancers(
    args: FargateServiceArgs,
) -> list[aws.ecs.ServiceLoadBalancerArgs] | None:
    if not args.target_group_arns or args.task.port is None:
        return None
    return [
        aws.ecs.ServiceLoadBalancerArgs(
            target_group_arn=target_group_arn,
            container_name=args.task.container,
            container_port=args.task.port,
        )
        for target_group_arn in args.target_group_arns
    ]


def _alarms(
    name: str, args: FargateServiceArgs, service_name: pulumi.Output[str]
) -> dict[str, Alarm]:
    dimensions = {"ClusterName": args.cluster.cluster_name, "ServiceName": service_name}
    busy = {
        subject: Alarm(
            kind=AlarmKind.BUSY_TASKS,
            description=f"The tasks of {name} use nearly all of their {subject}",
            namespace="AWS/ECS",
            metric=metric,
            dimensions=dimensions,
            threshold=BUSY_PERCENT,
            statistic="Average",
            periods=5,
        )
        for metric, subject in (("CPUUtilization", "processor"), ("MemoryUtilization", "memory"))
    }
    running = Alarm(
        kind=AlarmKind.TOO_FEW_TASKS,
        description=f"Too few tasks of {name} run: its log group and its events have the reasons",
        namespace="ECS/ContainerInsights",
        metric="RunningTaskCount",
        dimensions=dimensions,
        threshold=args.scaling.min_tasks,
        statistic="Minimum",
        periods=5,
        comparison="LessThanThreshold",
        missing_data="breaching",
    )
    return {**busy, "running": running}
