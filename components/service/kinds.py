"""Stores of a service; the caller of `Microservice` defines their kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from components.args import NOT_AN_INPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.mounts import Mount
    from components.service.platform import Platform


@dataclass(frozen=True, kw_only=True)
class StoreContext:
    """Owner, platform and options of a store that is being defined."""

    service: str
    """The service that owns it."""

    store: str
    """Its name in the service."""

    platform: Platform
    """Shared resources of the environment."""

    security_group_id: pulumi.Input[str] | None
    """Security group of the service; None if the service is not in the VPC."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""

    opts: pulumi.ResourceOptions
    """Options of every resource it defines, the parent among them."""

    connection_per_request: bool = False
    """Whether each concurrent request opens a connection, as in functions."""

    @property
    def name(self) -> str:
        """The name of its resources."""
        return f"{self.service}-{self.store}"


@dataclass(frozen=True, kw_only=True)
class StoreAccess:
    """Environment variables and permissions to access a store."""

    environment: Mapping[str, pulumi.Input[str]]
    """Environment variables."""

    statements: Sequence[Statement] = ()
    """IAM statements of the service's role."""

    depends_on: Sequence[pulumi.Resource] = ()
    """Resources that the service must wait for, besides the store's own."""

    mounts: Sequence[Mount] = ()
    """File systems that its programs mount."""

    component: pulumi.ComponentResource | None = None
    """The store itself, for the sources that name it."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """One store of a service."""

    define: Callable[[StoreContext], StoreAccess] = field(metadata=NOT_AN_INPUT)
    """Defines its resources and returns how to access them."""

    in_network: bool = False
    """Whether it is in the VPC; the service then runs there too."""

    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Fields of its description, shown in the state."""
