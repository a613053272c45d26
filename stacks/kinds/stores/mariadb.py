"""A MariaDB database on RDS for a service, with a database user of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.engines import MARIADB
from spec.stores.mariadb import MariadbStore
from stacks.kinds.databases import Choices, Relational

if TYPE_CHECKING:
    from components.service.kinds import StoreAccess, StoreContext

KIND = MariadbStore.KIND


def define(spec: MariadbStore, context: StoreContext) -> StoreAccess:
    """Define the instance and the service's user in it."""
    store = Relational(context=context, engine=MARIADB, proxy=spec.proxy)
    return store.define_instance(spec, Choices(version=spec.version))
