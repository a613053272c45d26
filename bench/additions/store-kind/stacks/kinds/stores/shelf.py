"""An SSM parameter for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.access import Statement
from components.data.shelf import Shelf, ShelfArgs
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.shelf import ShelfStore

if TYPE_CHECKING:
    from components.service.kinds import StoreContext

KIND = ShelfStore.KIND


def define(spec: ShelfStore, context: StoreContext) -> StoreAccess:
    """Define the parameter."""
    shelf = Shelf(context.name, ShelfArgs(text=spec.text), context.opts)
    return StoreAccess(
        environment={variable(context.store, "SHELF"): shelf.parameter.name},
        statements=[Statement(actions=["ssm:GetParameter"], resources=[shelf.parameter.arn])],
    )
