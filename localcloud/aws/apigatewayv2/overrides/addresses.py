"""HTTP APIs are served on a port of the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.apigatewayv2.models import Api

from localcloud.names import api_port_name
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

_make = Api.__init__


def install(endpoints: ControlEndpoints) -> None:
    """Set each API's endpoint to the address at which the front door serves it."""

    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        _make(self, *args, **kwargs)
        if self.protocol_type == "HTTP":
            self.api_endpoint = f"http://{HOST}:{claim(endpoints.layout, api_port_name(self.name))}"

    Api.__init__ = made  # type: ignore[method-assign]
