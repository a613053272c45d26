"""Orders in PostgreSQL; an order and its event are written in one transaction."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from kit import outbox

from orders.models import Order, PricedLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.database import Connection, Pool

    from orders.models import NewOrder

logger = logging.getLogger("orders")

ORDER_PLACED = "order-placed"
INSERT_ORDER = """
WITH placed AS (
    INSERT INTO orders (id, caller, customer, total_cents, idempotency_key, fingerprint)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (caller, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING id, placed_at
), lines AS (
    INSERT INTO order_lines (order_id, position, sku, quantity, price_cents)
    SELECT placed.id, line.*
    FROM placed, unnest(%s::integer[], %s::text[], %s::integer[], %s::bigint[]) AS line
)
SELECT placed_at FROM placed
"""
SELECT_ORDER = """
SELECT o.id, o.customer, o.total_cents, o.placed_at, o.fingerprint,
       json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity,
                                  'price_cents', l.price_cents) ORDER BY l.position)
FROM orders o JOIN order_lines l ON l.order_id = o.id
"""
BY_ID = SELECT_ORDER + "WHERE o.id = %s AND o.caller = %s GROUP BY o.id"
BY_KEY = SELECT_ORDER + "WHERE o.caller = %s AND o.idempotency_key = %s GROUP BY o.id"
SHORT = """
SELECT l.sku FROM order_lines l JOIN stock s ON s.sku = l.sku
WHERE l.order_id = %s GROUP BY l.sku, s.pieces HAVING sum(l.quantity) > s.pieces ORDER BY l.sku
"""


class IdempotencyConflictError(RuntimeError):
    """Raised when an idempotency key is reused for a different order."""


class Ledger:
    """The orders; a caller sees only the orders that it placed."""

    def __init__(self, pool: Pool) -> None:
        """Use connections of *pool*."""
        self._pool = pool

    async def order(self, order_id: uuid.UUID, caller: str) -> Order | None:
        """Return an order of *caller*."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(BY_ID, [order_id, caller])
            row = await cursor.fetchone()
        return None if row is None else _order(row)

    async def earlier(self, new: NewOrder, caller: str, key: str) -> Order | None:
        """Return the order that *caller* placed with *key*; raises IdempotencyConflictError."""
        async with self._pool.connection() as connection:
            return await _earlier(connection, new, caller, key)

    async def place(
        self,
        new: NewOrder,
        lines: Sequence[PricedLine],
        *,
        caller: str,
        key: str | None,
    ) -> Order:
        """Write the order and its event, or return the existing order with the key.

        An order of more than the inventory has announced is accepted, with a warning in the log.
        Raises IdempotencyConflictError.
        """
        total = sum(line.quantity * line.price_cents for line in lines)
        order_id = uuid.uuid4()
        async with self._pool.connection() as connection, connection.transaction():
            values = [
                *(order_id, caller, new.customer, total, key, new.fingerprint),
                list(range(len(lines))),
                [line.sku for line in lines],
                [line.quantity for line in lines],
                [line.price_cents for line in lines],
            ]
            row = await (await connection.execute(INSERT_ORDER, values)).fetchone()
            if row is None:
                # A concurrent request with the same key has committed, so its order can be read.
                found = await _earlier(connection, new, caller, key or "")
                assert found is not None  # noqa: S101 - the unique index guarantees it
                return found
            order = Order(
                id=order_id,
                customer=new.customer,
                lines=list(lines),
                total_cents=total,
                placed_at=row[0],
            )
            await outbox.add(
                connection,
                ORDER_PLACED,
                subject=f"orders/{order.id}",
                data=_event_data(order, caller),
                time=order.placed_at,
            )
            short = await (await connection.execute(SHORT, [order_id])).fetchall()
        if short:
            about = {
                "event": "stock-exceeded",
                "order_id": str(order_id),
                "skus": [sku for (sku,) in short],
            }
            logger.warning("order placed beyond the announced stock", extra=about)
        return order


async def _earlier(connection: Connection, new: NewOrder, caller: str, key: str) -> Order | None:
    row = await (await connection.execute(BY_KEY, [caller, key])).fetchone()
    if row is None:
        return None
    order = _order(row)
    if row[4] != new.fingerprint:
        raise IdempotencyConflictError(f"this key was used for order {order.id}, which differs")
    return order


def _order(row: tuple[Any, ...]) -> Order:
    order_id, customer, total, placed_at, _, lines = row
    return Order(
        id=order_id,
        customer=customer,
        lines=[PricedLine(**line) for line in lines],
        total_cents=total,
        placed_at=placed_at,
    )


def _event_data(order: Order, caller: str) -> dict[str, Any]:
    return {
        "order_id": str(order.id),
        "caller": caller,
        **order.model_dump(mode="json", exclude={"id", "placed_at"}),
    }
