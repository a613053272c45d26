"""The HTTP API of the delivery service, which only other services call."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import FastAPI, Query
from kit import roles
from kit.asgi import Guard
from kit.fastapi import handle_errors
from pydantic import BaseModel

HEALTH = "/health"
SUNDAY = 6
TRANSPORT_DAYS = 2
PACKED_A_DAY = 20
MAX_QUANTITY = 100_000

Quantity = Annotated[int, Query(ge=1, le=MAX_QUANTITY)]


class Estimate(BaseModel):
    """The day on which an order arrives."""

    arrives_on: dt.date


def create() -> Guard:
    """Return the application behind its authorization; raises SettingError."""
    app = FastAPI(title="delivery", openapi_url=None)
    app.get(HEALTH)(health)
    app.get("/estimates")(estimate)
    handle_errors(app)
    return Guard(app, roles.route_roles(), open_paths=frozenset({HEALTH}))


async def health() -> dict[str, str]:
    """Health check of the target group."""
    return {"status": "ok"}


async def estimate(quantity: Quantity, ordered_on: dt.date | None = None) -> Estimate:
    """Estimate when *quantity* items arrive that are ordered on a day, by default today."""
    first = ordered_on or dt.datetime.now(dt.UTC).date()
    return Estimate(arrives_on=arrival(first, quantity))


def arrival(ordered_on: dt.date, quantity: int) -> dt.date:
    """Return the day of arrival: nothing is packed or carried on Sundays."""
    day, left = ordered_on, TRANSPORT_DAYS + (quantity - 1) // PACKED_A_DAY
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() != SUNDAY
    return day
