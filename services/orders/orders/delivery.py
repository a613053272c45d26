"""A client of the delivery service."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import aiohttp
from kit import calls

if TYPE_CHECKING:
    from kit.roles import Caller

    from orders.models import Order

SECONDS = 3.0


class DeliveryDownError(RuntimeError):
    """Raised when the delivery service does not return a valid response in time."""


async def arrives_on(session: aiohttp.ClientSession, order: Order, caller: Caller) -> dt.date:
    """Return the day on which *order* arrives; raises DeliveryDownError."""
    asked = {
        "quantity": str(sum(line.quantity for line in order.lines)),
        "ordered_on": order.placed_at.date().isoformat(),
    }
    try:
        async with session.get(
            f"{calls.url('delivery')}/estimates",
            params=asked,
            headers=await calls.headers_async("delivery", caller),
            timeout=aiohttp.ClientTimeout(total=SECONDS),
        ) as answer:
            answer.raise_for_status()
            return dt.date.fromisoformat((await answer.json())["arrives_on"])
    except (
        aiohttp.ClientError,
        calls.NoTokenError,
        TimeoutError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        raise DeliveryDownError(f"{type(error).__name__}: {error}") from error
