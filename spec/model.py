"""The base classes of a service file's models."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

import pydantic
from pydantic import Field

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from spec.consumers import Consumer
    from spec.service import ServiceSpec

NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Name = Annotated[str, Field(max_length=30, pattern=NAME)]
"""Lower-case words joined by '-': it becomes a part of AWS names and of variable names."""


class Model(pydantic.BaseModel):
    """A part of a description: immutable, without unknown fields."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class StoreSpec(Model):
    """Base of each kind of store. What differs between kinds is declared in these attributes."""

    KIND: ClassVar[str]
    """The value of `kind`."""

    EXAMPLE: ClassVar[Mapping[str, object]] = {}
    """Fields besides `kind` that a new service's store begins with."""

    VARIABLES: ClassVar[tuple[str, ...]]
    """Suffixes of its environment variables: `TABLE` for `<STORE>_TABLE`."""

    IN_NETWORK: ClassVar[bool] = False
    """Whether it is in the VPC and protected by a security group."""

    MIGRATABLE: ClassVar[bool] = False
    """Whether `migrations` can apply to it."""

    MAX_NAME_LENGTH: ClassVar[int | None] = None
    """Maximum length of `<service>-<store>`, from which AWS names are derived."""

    @property
    def variables(self) -> tuple[str, ...]:
        """Suffixes of the variables of this store: a field may add some to those of the kind."""
        return self.VARIABLES

    @property
    def max_name_length(self) -> int | None:
        """Maximum length of `<service>-<store>` of this store: a field may shorten it."""
        return self.MAX_NAME_LENGTH

    @property
    def in_network(self) -> bool:
        """Whether this store is in the VPC: a field may bring it there."""
        return self.IN_NETWORK

    def mount_path(self, name: str) -> str | None:
        """Return where the store *name* is mounted; None for a store that is not mounted."""
        del name
        return None


class Entrance(StrEnum):
    """AWS service that routes requests to a service."""

    LOAD_BALANCER = "load balancer"
    HTTP_API = "HTTP API"


class Artifact(StrEnum):
    """Form in which a service's code is deployed."""

    ARCHIVE = "archive"
    IMAGE = "image"


class ComputeSpec(Model):
    """Base of each kind of compute. What differs between kinds is declared in these attributes."""

    KIND: ClassVar[str]
    """The value of `kind`."""

    ENTRANCE: ClassVar[Entrance]
    """AWS service that its routes are on."""

    ARTIFACT: ClassVar[Artifact]
    """Form in which its code is deployed."""

    MAX_ROUTED_NAME_LENGTH: ClassVar[int | None] = None
    """Maximum length of the name of a service with routes."""

    def entry_points(self) -> list[tuple[str, str]]:
        """Return the Python code that it starts, each with the field that names it.

        The forms are those of `spec.command.entry_points`.
        """
        return []

    @property
    def delivery_seconds(self) -> int:
        """Longest processing time of a batch of messages in seconds."""
        return 0

    @property
    def scaled_on(self) -> str | None:
        """The service's own metric on which it scales."""
        return None

    def unsupported(self, spec: ServiceSpec) -> list[str]:
        """Return what to change where *spec* has something that this kind does not support."""
        del spec
        return []


class ChannelSpec(Model):
    """Base of each kind of channel. What differs between kinds is declared in these attributes."""

    KIND: ClassVar[str]
    """The value of `kind`."""

    VARIABLE: ClassVar[str]
    """Suffix of the publisher's variable: `TOPIC_ARN` for `<EVENT>_TOPIC_ARN`."""

    def unsupported(self, consumer: Consumer) -> list[str]:
        """Return what to change where *consumer* has something that this kind does not support."""
        del consumer
        return []


class SourceSpec(Model):
    """Base of each kind of source. What differs between kinds is declared in these attributes."""

    KIND: ClassVar[str]
    """The field that names the store, by which kinds are told apart."""

    STORE_KINDS: ClassVar[tuple[str, ...]]
    """Kinds of stores that it may name."""

    VARIABLES: ClassVar[tuple[str, ...]] = ()
    """Suffixes of its environment variables: `QUEUE_URL` for `<SOURCE>_QUEUE_URL`."""

    QUEUED: ClassVar[bool] = False
    """Whether changes arrive in a queue, whose name limits that of the source."""

    @property
    def store(self) -> str:
        """The store whose changes it delivers: the value of the field that is called like KIND."""
        return getattr(self, self.KIND)

    @property
    def polled_by(self) -> str | None:
        """The process that polls, of a service in containers; None if a function is invoked."""
        return None

    def unsupported_in_containers(self, processes: Collection[str]) -> list[str]:
        """Return what to change for a service in containers, which has *processes*."""
        del processes
        return [f"write compute.kind: lambda, or move the {self.KIND} to a function: it is invoked"]

    def unsupported_in_functions(self) -> list[str]:
        """Return what to change for a function."""
        return []

    def problems(self, store: StoreSpec) -> Iterator[str]:
        """Yield what to write where *store* lacks what this source needs."""
        del store
        yield from ()

    def conflicts(self, others: Mapping[str, SourceSpec]) -> Iterator[str]:
        """Yield what to change because of *others* of the same kind and store, by name."""
        del others
        yield from ()
