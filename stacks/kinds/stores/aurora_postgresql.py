"""An Aurora PostgreSQL database for a service, with a database user of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.engines import AURORA_POSTGRESQL
from spec.stores.aurora_postgresql import AuroraPostgresqlStore
from stacks.kinds.databases import Relational

if TYPE_CHECKING:
    from components.service.kinds import StoreAccess, StoreContext

KIND = AuroraPostgresqlStore.KIND


def define(spec: AuroraPostgresqlStore, context: StoreContext) -> StoreAccess:
    """Define the cluster and the service's user in it."""
    pauses = spec.min_capacity == 0
    store = Relational(context=context, engine=AURORA_POSTGRESQL, proxy=spec.proxy, pauses=pauses)
    return store.define_aurora(spec, spec.version)
