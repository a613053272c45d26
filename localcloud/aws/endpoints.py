"""Addresses of the control plane and the workers, for overrides that call or return them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout


@dataclass(frozen=True)
class ControlEndpoints:
    """Addresses within one local environment."""

    layout: Layout
    port: int
    """Port of the emulated AWS API."""

    @property
    def endpoint(self) -> str:
        """URL of the emulated AWS API."""
        return f"http://{HOST}:{self.port}"

    @property
    def workers_port(self) -> int:
        """Port on which the workers invoke functions."""
        return claim(self.layout, "workers")
