"""Helpers of rules on ECS services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from policy.engine.resource import Resource

_REQUESTS = ("loadBalancers", "serviceRegistries", "serviceConnectConfiguration.services")


def receives_requests(service: Resource) -> bool:
    """Return whether *service* has a load balancer, Cloud Map registration or Service Connect.

    A service without any of them, such as a queue consumer, has no request metrics.
    """
    return any(
        service.get(path) is not UNKNOWN and not service.is_missing(path) for path in _REQUESTS
    )
