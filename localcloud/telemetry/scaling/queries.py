"""The metric of a target tracking policy, as queries of GetMetricData."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PERIOD_SECONDS = 60
_OF_SERVICE = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}


def queries(configuration: Mapping[str, Any], resource: str) -> list[dict[str, Any]]:
    """Return the metric data queries of a policy of the ECS service *resource*.

    *configuration* is a `TargetTrackingScalingPolicyConfiguration`. Exactly one query returns data.
    Raises ValueError for a metric that is not evaluated.
    """
    if predefined := configuration.get("PredefinedMetricSpecification"):
        return [_stat(*_predefined(predefined, resource))]
    customized = configuration.get("CustomizedMetricSpecification") or {}
    if metrics := customized.get("Metrics"):
        return [_with_period(one) for one in metrics]
    if not customized:
        raise ValueError("the policy has no metric")
    dimensions = {one["Name"]: one["Value"] for one in customized.get("Dimensions") or []}
    statistic = customized.get("Statistic", "Average")
    return [_stat(customized["Namespace"], customized["MetricName"], dimensions, statistic)]


def _predefined(
    specification: Mapping[str, Any], resource: str
) -> tuple[str, str, dict[str, str], str]:
    kind = specification["PredefinedMetricType"]
    _, cluster, service = resource.split("/")
    if name := _OF_SERVICE.get(kind):
        dimensions = {"ClusterName": cluster, "ServiceName": service}
        return "AWS/ECS", name, dimensions, "Average"
    if kind == "ALBRequestCountPerTarget":
        # app/<load balancer>/<id>/targetgroup/<target group>/<id>
        label = specification["ResourceLabel"]
        dimensions = {"TargetGroup": label[label.index("targetgroup/") :]}
        return "AWS/ApplicationELB", "RequestCountPerTarget", dimensions, "Sum"
    raise ValueError(f"{kind} is not evaluated: use the CPU, the memory or requests of a target")


def _stat(
    namespace: str, name: str, dimensions: Mapping[str, str], statistic: str
) -> dict[str, Any]:
    metric = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    stat = {"Metric": metric, "Period": PERIOD_SECONDS, "Stat": statistic}
    return {"Id": "m1", "MetricStat": stat, "ReturnData": True}


def _with_period(query: Mapping[str, Any]) -> dict[str, Any]:
    """Add the period, which queries of policies do not have."""
    if "MetricStat" not in query:
        return {**query, "Period": PERIOD_SECONDS}
    return {**query, "MetricStat": {"Period": PERIOD_SECONDS, **query["MetricStat"]}}
