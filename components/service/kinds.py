"""Stores of a service. Which kinds there are is decided by the caller of `Microservice`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from components.args import NOT_AN_INPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.service.platform import Platform


@dataclass(frozen=True, kw_only=True)
class StoreContext:
    """What a store is defined with."""

    service: str
    """The service that owns it."""

    store: str
    """Its name in the service."""

    platform: Platform
    """What the environment provides."""

    security_group_id: pulumi.Input[str] | None
    """Security group of the service; None if the service is not in the VPC."""

    tags: Mapping[str, str] | None
    """Tags on top of the provider's default ones."""

    opts: pulumi.ResourceOptions
    """Options of every resource it defines, the parent among them."""

    @property
    def name(self) -> str:
        """The name of its resources."""
        return f"{self.service}-{self.store}"


@dataclass(frozen=True, kw_only=True)
class StoreAccess:
    """How a service reaches a store."""

    environment: Mapping[str, pulumi.Input[str]]
    """Environment variables."""

    statements: Sequence[Statement] = ()
    """IAM statements of the service's role."""

    depends_on: Sequence[pulumi.Resource] = ()
    """What has to exist before the service starts, beyond the store's resources."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """One store of a service."""

    define: Callable[[StoreContext], StoreAccess] = field(metadata=NOT_AN_INPUT)
    """Defines its resources, and returns how they are reached."""

    in_network: bool = False
    """Whether it is reached through the VPC: the service then runs there."""

    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What was asked for, as the state shows it."""
