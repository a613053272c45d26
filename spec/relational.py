"""What relational stores have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pydantic
from pydantic import Field

from spec.model import StoreSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

BYOL, INCLUDED, MARKETPLACE = (
    "bring-your-own-license",
    "license-included",
    "marketplace-license",
)


class RelationalStore(StoreSpec):
    """Base of the stores of RDS and Aurora."""

    VARIABLES = ("HOST", "PORT", "TLS", "NAME", "USER", "SSLMODE", "SECRET_ARN")
    IN_NETWORK = True
    MIGRATABLE = True
    MAX_NAME_LENGTH = 26  # the role "<service>-<store>-instances-monitor" has 64

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of every relational store, and the direct host beside a proxy's."""
        direct = ("DIRECT_HOST", "DIRECT_PORT") if getattr(self, "proxy", None) else ()
        return (*self.VARIABLES, *direct)


class InstanceStore(RelationalStore):
    """Base of the stores on an instance of RDS."""

    LICENSES: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """License models of RDS by edition; empty: the engine needs no license."""

    REPLICATED: ClassVar[tuple[str | None, ...]] = ()
    """Editions with read replicas; None: the engine has one edition."""

    instance_class: str | None = Field(default=None, pattern=r"^db(\.[a-z0-9-]+){2}$")
    """Instance class, as db.t4g.medium; default: the engine's."""

    storage_gib: int = Field(default=20, ge=20, le=65_536)
    """Storage in GiB; it grows by itself up to four times that."""

    read_replicas: int | None = Field(default=None, ge=0, le=15)
    """Number of read replicas; of SQL Server, the edition enterprise has them."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of every relational store, and the replicas' hosts."""
        return (*super().variables, *(("READER_HOST",) if self.read_replicas else ()))

    @pydantic.model_validator(mode="after")
    def _replicated(self) -> Self:
        edition = getattr(self, "edition", None)
        if not self.read_replicas or edition in self.REPLICATED:
            return self
        if not self.REPLICATED:
            raise ValueError(
                "remove read_replicas, or write kind as postgresql, mysql or mariadb: RDS"
                " replicates no database whose master password it manages, and it manages this"
                " engine's"
            )
        raise ValueError(
            f"write edition as {self.REPLICATED[0]}, or remove read_replicas: RDS replicates no"
            " other edition"
        )

    @pydantic.model_validator(mode="after")
    def _licensed(self) -> Self:
        edition, chosen = getattr(self, "edition", None), getattr(self, "license", None)
        offered = self.LICENSES.get(edition or "", ())
        if chosen is not None and chosen not in offered:
            others = [name for name, licenses in self.LICENSES.items() if chosen in licenses]
            raise ValueError(
                f"write license as {' or '.join(offered)}"
                + (f", or edition as {' or '.join(others)}" if others else "")
                + f": RDS has no {edition} edition with {chosen}"
            )
        return self


class AuroraStore(RelationalStore):
    """Base of the stores on Aurora Serverless v2."""

    VARIABLES = (*RelationalStore.VARIABLES, "READER_HOST", "CLUSTER_ARN")

    min_capacity: float = Field(default=0.5, ge=0, le=256, multiple_of=0.5)
    """Minimum capacity in ACUs; 0 enables automatic pause."""

    max_capacity: float = Field(default=4, ge=1, le=256, multiple_of=0.5)
    """Maximum capacity in ACUs."""

    pause_after_seconds: int | None = Field(default=None, ge=300, le=86_400)
    """Seconds without connections until it pauses, with min_capacity 0; default: 300."""

    readers: int | None = Field(default=None, ge=0, le=14)
    """Number of readers besides the writer; default: the environment's."""

    proxy: bool | None = None
    """RDS Proxy; default: true for functions, unless min_capacity is 0."""

    data_api: bool = False
    """Data API: SQL over HTTPS without a connection."""

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max_capacity < self.min_capacity:
            raise ValueError(f"write max_capacity as {self.min_capacity:g} or more")
        if self.pause_after_seconds is not None and self.min_capacity > 0:
            raise ValueError(
                "write min_capacity as 0, or remove pause_after_seconds: it never pauses"
            )
        if self.proxy and self.min_capacity == 0:
            raise ValueError(
                "write min_capacity as 0.5 or more, or proxy as false: a proxy keeps connections"
                " open, so that the database never pauses"
            )
        return self
