"""A client of the delivery service."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kit import calls

if TYPE_CHECKING:
    from kit.resilience.async_client import AsyncClient
    from kit.roles import Caller

    from orders.models import Order


class DeliveryDownError(RuntimeError):
    """Raised when the delivery service does not return a valid response in time."""


async def arrives_on(client: AsyncClient, order: Order, caller: Caller) -> dt.date:
    """Return the day on which *order* arrives; raises DeliveryDownError."""
    asked = {
        "quantity": sum(line.quantity for line in order.lines),
        "ordered_on": order.placed_at.date().isoformat(),
    }
    try:
        response = await client.get(f"/estimates?{urlencode(asked)}", caller=caller)
        return dt.date.fromisoformat(response.json()["arrives_on"])
    except (calls.CallError, ValueError, KeyError, TypeError) as error:
        raise DeliveryDownError(f"{type(error).__name__}: {error}") from error
