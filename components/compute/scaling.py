"""Application Auto Scaling of an ECS service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.args import InvalidArgError, as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class RequestsPerTask:
    """Target tracking on `ALBRequestCountPerTarget`."""

    requests: int
    """Target value: requests per task and minute."""

    resource_label: pulumi.Input[str]
    """Resource label of the load balancer and target group."""


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """Target tracking on the messages that wait in SQS queues, per task that runs."""

    queue_names: Sequence[pulumi.Input[str]]
    """Names of the queues."""

    messages_per_task: int
    """Target value: messages that wait for each task."""


@dataclass(frozen=True, kw_only=True)
class MetricTarget:
    """Target tracking on a metric of the service's own, per task that runs."""

    namespace: str
    """Namespace of the metric."""

    metric: str
    """Name of the metric."""

    dimensions: Mapping[str, pulumi.Input[str]]
    """Dimensions of the metric."""

    per_task: float
    """Target value: the total of a minute divided by the number of running tasks."""

    missing_is_zero: bool = False
    """A minute without a value counts as 0; else nothing is scaled in such a minute."""

    def __post_init__(self) -> None:
        """Reject targets that no number of tasks reaches."""
        if self.per_task <= 0:
            raise InvalidArgError("per_task", self.per_task, "use more than 0")


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """Task counts and scaling policy of an ECS service."""

    min_tasks: int
    """Minimum number of tasks."""

    max_tasks: int
    """Maximum number of tasks; equal to the minimum, the count is fixed."""

    requests_per_task: Sequence[RequestsPerTask] = ()
    """Target tracking on requests of each target group; default: on CPU utilization."""

    backlog: Backlog | None = None
    """Target tracking on the backlog of queues; default: none."""

    metric: MetricTarget | None = None
    """Target tracking on a metric of the service's own; default: none."""

    cpu_percent: int = 60
    """Target value of the average CPU utilization in percent."""

    def __post_init__(self) -> None:
        """Reject inconsistent task counts."""
        if self.min_tasks < 1:
            raise InvalidArgError("min_tasks", self.min_tasks, "use 1 or more")
        if self.max_tasks < self.min_tasks:
            want = f"use min_tasks ({self.min_tasks}) or more"
            raise InvalidArgError("max_tasks", self.max_tasks, want)
        if not 1 <= self.cpu_percent <= MAX_PERCENT:
            raise InvalidArgError("cpu_percent", self.cpu_percent, f"use 1 to {MAX_PERCENT}")

    @property
    def fixed(self) -> bool:
        """Whether the number of tasks is fixed."""
        return self.min_tasks == self.max_tasks


@dataclass(frozen=True, kw_only=True)
class ServiceScalingArgs:
    """ECS service and its scaling."""

    cluster_name: pulumi.Input[str]
    """Name of the cluster."""

    service_name: pulumi.Input[str]
    """Name of the service."""

    scaling: Scaling
    """Task counts and scaling policy."""


class ServiceScaling(pulumi.ComponentResource):
    """A scalable target with target tracking policies; the service has the alarms."""

    policy_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ServiceScalingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the scaling *name*."""
        super().__init__("bulkhead:compute:ServiceScaling", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        target = aws.appautoscaling.Target(
            f"{name}-target",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", args.cluster_name, "/", args.service_name),
            min_capacity=args.scaling.min_tasks,
            max_capacity=args.scaling.max_tasks,
            opts=child,
        )
        policies = [
            aws.appautoscaling.Policy(
                f"{name}-policy" if index == 0 else f"{name}-policy-{index + 1}",
                policy_type="TargetTrackingScaling",
                service_namespace=target.service_namespace,
                scalable_dimension=target.scalable_dimension,
                resource_id=target.resource_id,
                target_tracking_scaling_policy_configuration=tracking,
                opts=child,
            )
            for index, tracking in enumerate(_trackings(args))
        ]

        self.policy_arn = policies[0].arn
        self.register_outputs({"policy_arn": self.policy_arn})


_Tracking = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgsDict


def _trackings(args: ServiceScalingArgs) -> list[_Tracking]:
    """Return the policies; with several, Application Auto Scaling takes the largest count."""
    scaling = args.scaling
    by_requests: list[_Tracking] = [
        {
            "target_value": wanted.requests,
            "predefined_metric_specification": {
                "predefined_metric_type": "ALBRequestCountPerTarget",
                "resource_label": wanted.resource_label,
            },
        }
        for wanted in scaling.requests_per_task
    ]
    if scaling.backlog is not None:
        by_requests.append(_by_backlog(args, scaling.backlog))
    if scaling.metric is not None:
        by_requests.append(_by_metric(args, scaling.metric))
    return by_requests or [
        {
            "target_value": scaling.cpu_percent,
            "predefined_metric_specification": {
                "predefined_metric_type": "ECSServiceAverageCPUUtilization"
            },
        }
    ]


def _by_backlog(args: ServiceScalingArgs, backlog: Backlog) -> _Tracking:
    """Return the policy that AWS recommends for queues: metric math, without a custom metric."""
    metrics = [
        _metric(
            f"waiting{index}",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": queue_name},
        )
        for index, queue_name in enumerate(backlog.queue_names)
    ]
    total = f"({' + '.join(metric['id'] for metric in metrics)})"
    return _per_task(args, metrics, total, backlog.messages_per_task)


def _by_metric(args: ServiceScalingArgs, target: MetricTarget) -> _Tracking:
    total = _metric("total", target.namespace, target.metric, target.dimensions)
    expression = "FILL(total, 0)" if target.missing_is_zero else "total"
    return _per_task(args, [total], expression, target.per_task)


def _per_task(
    args: ServiceScalingArgs, metrics: Sequence[dict[str, Any]], total: str, target_value: float
) -> _Tracking:
    """Return the policy on the *total* of *metrics*, divided by the number of running tasks."""
    running = _metric(
        "running",
        "ECS/ContainerInsights",
        "RunningTaskCount",
        {"ClusterName": args.cluster_name, "ServiceName": args.service_name},
        "Average",
    )
    per_task = {"id": "per_task", "expression": f"{total} / running", "return_data": True}
    found: Any = {
        "target_value": target_value,
        "customized_metric_specification": {"metrics": [*metrics, running, per_task]},
    }
    return found


def _metric(
    id_: str,
    namespace: str,
    name: str,
    dimensions: Mapping[str, pulumi.Input[str]],
    stat: str = "Sum",
) -> dict[str, Any]:
    return {
        "id": id_,
        "metric_stat": {
            "metric": {
                "namespace": namespace,
                "metric_name": name,
                "dimensions": [{"name": key, "value": value} for key, value in dimensions.items()],
            },
            "stat": stat,
        },
        "return_data": False,
    }
