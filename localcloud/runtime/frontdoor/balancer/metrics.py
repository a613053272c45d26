"""`AWS/ApplicationELB`: requests, responses and targets of load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.measurements import MEASUREMENTS
from localcloud.runtime.frontdoor.balancer.actions import FixedResponse, Forward, Redirect
from localcloud.runtime.frontdoor.balancer.target_group import TargetState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localcloud.measurements import Measurements
    from localcloud.runtime.frontdoor.asgi import Message, Send
    from localcloud.runtime.frontdoor.balancer.actions import Action
    from localcloud.runtime.frontdoor.balancer.listener import Listener
    from localcloud.runtime.frontdoor.balancer.proxied_request import ProxiedRequest
    from localcloud.runtime.frontdoor.balancer.target_group import TargetGroup

NAMESPACE = "AWS/ApplicationELB"
OWN_STATUSES = frozenset({500, 502, 503, 504})
"""Statuses of the load balancer that have a metric each."""


def balancer_of(listener_arn: str) -> str:
    """Return the dimension LoadBalancer: `app/<name>/<id>`."""
    return "/".join(listener_arn.partition(":listener/")[2].split("/")[:3])


def group_of(target_group_arn: str) -> str:
    """Return the dimension TargetGroup: `targetgroup/<name>/<id>`."""
    return target_group_arn.rpartition(":")[2]


class RequestMeter:
    """Counts one request of a listener."""

    def __init__(self, listener: Listener, measurements: Measurements = MEASUREMENTS) -> None:
        """Begin with a request to *listener*."""
        self._balancer = {"LoadBalancer": balancer_of(listener.arn)}
        self._measurements = measurements
        self._status: int | None = None
        self._from_target = False
        self._not_run = False

    def watched(self, send: Send) -> Send:
        """Return *send*, noting the status of the response."""

        async def watching(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
            await send(message)

        return watching

    def proxied(self, target_group: TargetGroup, request: ProxiedRequest) -> None:
        """Count what the targets of *target_group* did with the request."""
        by_group = {**self._balancer, "TargetGroup": group_of(target_group.settings.arn)}
        both = (self._balancer, by_group)
        for _ in range(request.refused_connections):
            self._add("TargetConnectionErrorCount", both)
        if not request.chosen:
            return
        self._add("RequestCount", both)
        share = 1 / max(1, target_group.healthy_count)
        of_group = {"TargetGroup": by_group["TargetGroup"]}
        self._add("RequestCountPerTarget", (of_group, by_group), share, unit="None")
        if request.target_status is None:
            return
        self._from_target = True
        self._add(f"HTTPCode_Target_{request.target_status // 100}XX_Count", both)
        self._add("TargetResponseTime", both, request.response_seconds, unit="Seconds")

    def not_run(self) -> None:
        """Count nothing: the service was asked for, and does not run on this machine."""
        self._not_run = True

    def finished(self, action: Action | None) -> None:
        """Count the response of the load balancer itself, if it was not a target's."""
        if self._from_target or self._status is None or self._not_run:
            return
        only = (self._balancer,)
        if isinstance(action, Redirect):
            self._add("HTTP_Redirect_Count", only)
        elif isinstance(action, FixedResponse):
            self._add("HTTP_Fixed_Response_Count", only)
        self._add(f"HTTPCode_ELB_{self._status // 100}XX_Count", only)
        if self._status in OWN_STATUSES:
            self._add(f"HTTPCode_ELB_{self._status}_Count", only)

    def _add(
        self,
        name: str,
        dimension_sets: Iterable[Mapping[str, str]],
        value: float = 1.0,
        unit: str = "Count",
    ) -> None:
        for dimensions in dimension_sets:
            self._measurements.add(NAMESPACE, name, value, unit=unit, dimensions=dimensions)


def count_hosts(
    measurements: Measurements,
    listeners: Iterable[Listener],
    target_groups: Mapping[str, TargetGroup],
) -> None:
    """Add the numbers of healthy and unhealthy targets of the groups that *listeners* use."""
    used = {
        (balancer_of(listener.arn), arn)
        for listener in listeners
        for rule in listener.rules
        for action in rule.actions
        if isinstance(action, Forward)
        for arn in action.round_robin.names
    }
    for balancer, arn in used:
        group = target_groups.get(arn)
        if group is None or not group.settings.check_enabled:
            continue
        dimensions = {"LoadBalancer": balancer, "TargetGroup": group_of(arn)}
        for name, state in (
            ("HealthyHostCount", TargetState.HEALTHY),
            ("UnHealthyHostCount", TargetState.UNHEALTHY),
        ):
            hosts = sum(target.state is state for target in group.targets.values())
            measurements.add(NAMESPACE, name, hosts, dimensions=dimensions)
