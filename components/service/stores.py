"""The stores of a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi

from components.args import NOT_AN_INPUT, InvalidArgError, as_inputs
from components.service.kinds import StoreContext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.access import Statement
    from components.mounts import Mount
    from components.service.kinds import Store
    from components.service.platform import Platform


@dataclass(frozen=True, kw_only=True)
class ServiceStoresArgs:
    """Stores of a service and their network."""

    service: str
    """Name of the service that owns them."""

    stores: Mapping[str, Store]
    """Stores by name."""

    platform: Platform = field(metadata=NOT_AN_INPUT)
    """Shared resources of the environment."""

    security_group_id: pulumi.Input[str] | None = None
    """Security group of the service; required by stores in the VPC."""

    connection_per_request: bool = False
    """Whether each concurrent request opens a connection, as in functions."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject a store in the VPC for a service without a security group."""
        inside = [name for name, store in self.stores.items() if store.in_network]
        if inside and self.security_group_id is None:
            raise InvalidArgError("security_group_id", None, f"set it: {inside} are in the VPC")


class ServiceStores(pulumi.ComponentResource):
    """Stores that only their own service may access; each store has its alarms."""

    def __init__(
        self, name: str, args: ServiceStoresArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the stores *name*."""
        super().__init__("bulkhead:service:ServiceStores", name, as_inputs(args), opts)

        # Not declared on the class: Pulumi would treat declared attributes as resource outputs.
        self.environment: dict[str, pulumi.Input[str]] = {}
        self.statements: list[Statement] = []
        self.depends_on: list[pulumi.Resource] = []
        self.mounts: list[Mount] = []
        self.components: dict[str, pulumi.ComponentResource] = {}
        for store_name, store in args.stores.items():
            access = store.define(
                StoreContext(
                    service=args.service,
                    store=store_name,
                    platform=args.platform,
                    security_group_id=args.security_group_id,
                    tags=args.tags,
                    opts=pulumi.ResourceOptions(parent=self),
                    connection_per_request=args.connection_per_request,
                )
            )
            self.environment |= access.environment
            self.statements += access.statements
            self.depends_on += access.depends_on
            self.mounts += access.mounts
            if access.component is not None:
                self.components[store_name] = access.component
        self.register_outputs({})
