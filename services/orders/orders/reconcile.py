"""Checks the ledger: `python -m orders.reconcile`, each night as the job `reconcile`.

It fails if the total of an order is not that of its lines, or if an event has waited for its
publication for longer than the relay ever takes: the run is then repeated, and reported.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import LiteralString

import psycopg
from kit import database, log, settings

logger = logging.getLogger("reconcile")

OPEN_WITHIN_SECONDS = 30.0
SHOWN = 20
WRONG_TOTALS = """
SELECT o.id::text FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
GROUP BY o.id HAVING o.total_cents <> coalesce(sum(l.quantity * l.price_cents), 0)
ORDER BY o.id
"""
WAITING_EVENTS = """
SELECT o.id::text FROM outbox o
WHERE o.published_at IS NULL AND (o.envelope->>'time')::timestamptz < now() - interval '15 minutes'
ORDER BY o.sequence
"""


async def reconcile(connection: database.Connection) -> dict[str, list[str]]:
    """Return the orders with a wrong total, and the events that wait for too long."""
    return {
        "wrong_totals": await _ids(connection, WRONG_TOTALS),
        "waiting_events": await _ids(connection, WAITING_EVENTS),
    }


async def _ids(connection: database.Connection, query: LiteralString) -> list[str]:
    rows = await (await connection.execute(query)).fetchall()
    return [str(row[0]) for row in rows]


async def _run() -> int:
    log.configure()
    try:
        source = database.Database.from_environment("ledger")
        opened = await database.connect(source, within_seconds=OPEN_WITHIN_SECONDS)
        async with opened as connection:
            found = await reconcile(connection)
            orders = await (await connection.execute("SELECT count(*) FROM orders")).fetchone()
    except (psycopg.Error, database.UnreachableError, settings.SettingError) as error:
        logger.error(str(error).strip())  # noqa: TRY400 - the message is complete without a traceback
        return 1
    about = {name: {"count": len(ids), "first": ids[:SHOWN]} for name, ids in found.items()}
    about |= {"orders": orders[0] if orders else 0}
    if any(found.values()):
        logger.error("the ledger is not consistent", extra=about)
        return 1
    logger.info("the ledger is consistent", extra=about)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_run()))
