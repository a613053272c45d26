"""The DNS name of an internal load balancer begins with `internal-`."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import FakeLoadBalancer

_make = FakeLoadBalancer.__init__


def install() -> None:
    """Name new load balancers as AWS does."""
    FakeLoadBalancer.__init__ = _made  # type: ignore[method-assign]


def _made(self: Any, *args: Any, **kwargs: Any) -> None:
    _make(self, *args, **kwargs)
    if self.scheme == "internal":
        self.dns_name = f"internal-{self.dns_name}"
