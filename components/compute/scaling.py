"""How many tasks a service runs, and when that changes."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.args import InvalidArgError, as_inputs

MAX_PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class RequestsPerTask:
    """Scale so that each task serves about as many requests a minute as this."""

    requests: int
    """Requests of one task in a minute."""

    resource_label: pulumi.Input[str]
    """The load balancer and target group whose requests are counted."""


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """Between which counts a service scales, and by what."""

    min_tasks: int
    """Tasks that always run."""

    max_tasks: int
    """Tasks that never are exceeded; equal to the minimum, the count is fixed."""

    requests_per_task: RequestsPerTask | None = None
    """Scale by requests; by processor use if left out."""

    cpu_percent: int = 60
    """Scale so that tasks use about this much of their processor."""

    def __post_init__(self) -> None:
        """Refuse counts that contradict each other."""
        if self.min_tasks < 1:
            raise InvalidArgError("min_tasks", self.min_tasks, "use 1 or more")
        if self.max_tasks < self.min_tasks:
            want = f"use min_tasks ({self.min_tasks}) or more"
            raise InvalidArgError("max_tasks", self.max_tasks, want)
        if not 1 <= self.cpu_percent <= MAX_PERCENT:
            raise InvalidArgError("cpu_percent", self.cpu_percent, f"use 1 to {MAX_PERCENT}")

    @property
    def fixed(self) -> bool:
        """Whether the count never changes by itself."""
        return self.min_tasks == self.max_tasks


@dataclass(frozen=True, kw_only=True)
class ServiceScalingArgs:
    """Which service scales, and how."""

    cluster_name: pulumi.Input[str]
    """The cluster it runs in."""

    service_name: pulumi.Input[str]
    """The service."""

    scaling: Scaling
    """Between which counts, and by what."""


class ServiceScaling(pulumi.ComponentResource):
    """Follows the load of a container service; the service has the alarms."""

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
        policy = aws.appautoscaling.Policy(
            f"{name}-policy",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=_tracking(args.scaling),
            opts=child,
        )

        self.policy_arn = policy.arn
        self.register_outputs({"policy_arn": self.policy_arn})


def _tracking(
    scaling: Scaling,
) -> aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgsDict:
    if scaling.requests_per_task is not None:
        return {
            "target_value": scaling.requests_per_task.requests,
            "predefined_metric_specification": {
                "predefined_metric_type": "ALBRequestCountPerTarget",
                "resource_label": scaling.requests_per_task.resource_label,
            },
        }
    return {
        "target_value": scaling.cpu_percent,
        "predefined_metric_specification": {
            "predefined_metric_type": "ECSServiceAverageCPUUtilization"
        },
    }
