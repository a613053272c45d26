"""Names in use, and target groups in use, as Elastic Load Balancing answers them."""

from __future__ import annotations

from typing import Any

from moto.elbv2.exceptions import DuplicateTargetGroupName, ELBClientError, ResourceInUseError
from moto.elbv2.models import ELBv2Backend

SETTINGS = {
    "scheme": "scheme",
    "loadbalancer_type": "type",
    "security_groups": "security_groups",
}
"""Argument of a load balancer's create -> its attribute."""


def install() -> None:
    """Replace the operations."""
    backend: Any = ELBv2Backend
    backend.create_load_balancer = _balancer(backend.create_load_balancer)
    backend.create_target_group = _targets(backend.create_target_group)
    backend.delete_target_group = _delete(backend.delete_target_group)


class NameInUseError(ELBClientError):
    """Raised for a name in use by an object with other settings."""

    def __init__(self, code: str, what: str, name: str) -> None:
        """Name the object."""
        text = f"A {what} with the same name '{name}' exists, but with different settings"
        super().__init__(code, text)


def _balancer(create: Any) -> Any:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = args[0] if args else kwargs["name"]
        for known in self.load_balancers.values():
            if known.name == name:
                for argument, attribute in SETTINGS.items():
                    wanted = kwargs.get(argument)
                    if wanted and wanted != getattr(known, attribute):
                        raise NameInUseError("DuplicateLoadBalancerName", "load balancer", name)
                return known
        return create(self, *args, **kwargs)

    return call


def _targets(create: Any) -> Any:
    def call(self: Any, name: str, **kwargs: Any) -> Any:
        try:
            return create(self, name, **kwargs)
        except DuplicateTargetGroupName as error:
            [known] = [one for one in self.target_groups.values() if one.name == name]
            same = (str(kwargs.get("port")), kwargs.get("protocol"), kwargs.get("vpc_id"))
            if same == (str(known.port), known.protocol, known.vpc_id):
                return known
            raise NameInUseError("DuplicateTargetGroupName", "target group", name) from error

    return call


def _delete(delete: Any) -> Any:
    def call(self: Any, target_group_arn: str) -> Any:
        try:
            return delete(self, target_group_arn)
        except ResourceInUseError as error:
            raise ResourceInUseError(
                f"Target group '{target_group_arn}' is currently in use by a listener or a rule"
            ) from error

    return call
