"""A PostgreSQL database on RDS for a service, with a database user of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.engines import POSTGRESQL
from spec.stores.postgresql import PostgresqlStore
from stacks.kinds.databases import Choices, Relational

if TYPE_CHECKING:
    from components.service.kinds import StoreAccess, StoreContext

KIND = PostgresqlStore.KIND


def define(spec: PostgresqlStore, context: StoreContext) -> StoreAccess:
    """Define the instance and the service's user in it."""
    store = Relational(context=context, engine=POSTGRESQL, proxy=spec.proxy)
    return store.define_instance(spec, Choices(version=spec.version))
