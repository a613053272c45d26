"""Where the overrides find the rest of the local environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout


@dataclass(frozen=True)
class Site:
    """One local environment, seen from the control plane."""

    layout: Layout
    port: int
    """The emulated AWS API's."""

    @property
    def endpoint(self) -> str:
        """The emulated AWS API's URL."""
        return f"http://{HOST}:{self.port}"

    @property
    def workers_port(self) -> int:
        """The port on which functions are invoked."""
        return claim(self.layout, "workers")
