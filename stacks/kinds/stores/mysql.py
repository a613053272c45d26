"""A MySQL database on RDS for a service, with a database user of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.engines import MYSQL
from spec.stores.mysql import MysqlStore
from stacks.kinds.databases import Choices, Relational

if TYPE_CHECKING:
    from components.service.kinds import StoreAccess, StoreContext

KIND = MysqlStore.KIND


def define(spec: MysqlStore, context: StoreContext) -> StoreAccess:
    """Define the instance and the service's user in it."""
    store = Relational(context=context, engine=MYSQL, proxy=spec.proxy)
    return store.define_instance(spec, Choices(version=spec.version))
