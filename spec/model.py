"""The base classes of a service file's models."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import pydantic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.service import ServiceSpec


class Model(pydantic.BaseModel):
    """A part of a description: immutable, without unknown fields."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True)
class EnvironmentLimit:
    """How many stores of a kind one environment can hold."""

    count: int
    noun: str
    reason: str


class StoreSpec(Model):
    """Base of each kind of store. What differs between kinds is declared in these attributes."""

    KIND: ClassVar[str]
    """The value of `kind`."""

    EXAMPLE: ClassVar[Mapping[str, object]] = {}
    """Fields besides `kind` that a new service's store begins with."""

    VARIABLES: ClassVar[tuple[str, ...]]
    """Ends of the environment variables a service gets: `TABLE` for `<STORE>_TABLE`."""

    IN_NETWORK: ClassVar[bool] = False
    """Whether it is reached through the VPC only, by members of allowed security groups."""

    MIGRATABLE: ClassVar[bool] = False
    """Whether `migrations` can apply to it."""

    LONGEST_NAME: ClassVar[int | None] = None
    """Most characters of `<service>-<store>` that the names made from it have room for."""

    ENVIRONMENT_LIMIT: ClassVar[EnvironmentLimit | None] = None
    """The most stores of this kind in one environment."""


class Entrance(StrEnum):
    """What routes requests to a service."""

    LOAD_BALANCER = "load balancer"
    HTTP_API = "HTTP API"


class Artifact(StrEnum):
    """What the builders make of a service's code."""

    ARCHIVE = "archive"
    IMAGE = "image"


class ComputeSpec(Model):
    """Base of each kind of compute. What differs between kinds is declared in these attributes."""

    KIND: ClassVar[str]
    """The value of `kind`."""

    ENTRANCE: ClassVar[Entrance]
    """What the service's routes are on."""

    ARTIFACT: ClassVar[Artifact]
    """What its code is built into."""

    LONGEST_ROUTED_NAME: ClassVar[int | None] = None
    """Most characters of the name of a service with routes."""

    def entry_points(self) -> list[tuple[str, str]]:
        """Return the Python code that it starts, each with the field that names it.

        The forms are those of `spec.command.entry_points`.
        """
        return []

    @property
    def delivery_seconds(self) -> int:
        """The longest a delivered batch of messages can be worked on."""
        return 0

    def misfits(self, spec: ServiceSpec) -> list[str]:
        """Return what to change where *spec* asks for something this kind cannot offer."""
        del spec
        return []
