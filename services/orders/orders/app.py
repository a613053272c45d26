"""The HTTP API of the orders service."""

from __future__ import annotations

import contextlib
import logging
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

import aiohttp
import psycopg
import psycopg_pool
from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from kit import cache, calls, database, metrics, roles
from kit.asgi import Guard
from kit.errors import FieldError, HttpError, error_body, unprocessable
from kit.fastapi import handle_errors

from orders.catalog import CACHE_SECONDS, Catalog, CatalogDownError
from orders.delivery import DeliveryDownError, arrives_on
from orders.ledger import IdempotencyConflictError, Ledger
from orders.models import Delivery, NewOrder, Order, PricedLine

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

logger = logging.getLogger("orders")

HEALTH = "/health"
OPEN_WITHIN_SECONDS = 30.0
KEY_HEADER = "Idempotency-Key"
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=255)]


@contextlib.asynccontextmanager
async def _connections(app: FastAPI) -> AsyncGenerator[None]:
    """Open the ledger, the cache and the catalogue client for the application's lifespan."""
    pool = database.pool(database.Database.from_environment("ledger"))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(pool.close)
        await pool.open(wait=True, timeout=OPEN_WITHIN_SECONDS)
        prices = cache.Cache.from_environment("prices", ttl_seconds=CACHE_SECONDS)
        stack.push_async_callback(prices.close)
        await prices.open()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        app.state.ledger = Ledger(pool)
        app.state.delivery = calls.async_client("delivery", session)
        app.state.catalog = Catalog(calls.async_client("catalog", session), prices)
        yield


def create() -> Guard:
    """Return the application behind its role check; raises SettingError."""
    app = FastAPI(title="orders", lifespan=_connections, openapi_url=None)
    app.get(HEALTH)(health)
    app.post("/orders", status_code=HTTPStatus.CREATED)(place)
    app.get("/orders/{order_id}")(read)
    app.get("/orders/{order_id}/delivery")(read_delivery)
    handle_errors(app)
    app.exception_handler(psycopg.OperationalError)(_ledger_down)
    app.exception_handler(psycopg_pool.PoolTimeout)(_ledger_down)
    return Guard(app, roles.route_roles(), open_paths=frozenset({HEALTH}))


async def health() -> dict[str, str]:
    """Health check of the target group.

    It does not check the database: replacing tasks would not repair it.
    """
    return {"status": "ok"}


async def place(
    request: Request, new: NewOrder, response: Response, idempotency_key: IdempotencyKey = None
) -> Order:
    """Place an order; a request with the same idempotency key returns the same order."""
    ledger: Ledger = request.app.state.ledger
    caller: roles.Caller = request.scope["caller"]
    try:
        if idempotency_key is not None:
            earlier = await ledger.earlier(new, caller.subject, idempotency_key)
            if earlier is not None:
                response.headers["idempotency-replayed"] = "true"
                return earlier
        lines = await _priced(request.app.state.catalog, new)
        order = await ledger.place(
            new,
            lines,
            caller=caller.subject,
            key=idempotency_key,
        )
    except IdempotencyConflictError as error:
        raise unprocessable(FieldError(KEY_HEADER, str(error))) from error
    metrics.count("orders-placed")
    logger.info("order placed", extra={"order_id": str(order.id)})
    return order


async def read(request: Request, order_id: str) -> Order:
    """Return an order that the caller placed."""
    caller: roles.Caller = request.scope["caller"]
    with contextlib.suppress(ValueError):
        found = await request.app.state.ledger.order(uuid.UUID(order_id), caller.subject)
        if found is not None:
            return found
    raise HttpError(HTTPStatus.NOT_FOUND, f"there is no order {order_id!r} of yours")


async def read_delivery(request: Request, order_id: str) -> Delivery:
    """Return when an order of the caller arrives, as the delivery service estimates."""
    order = await read(request, order_id)
    try:
        day = await arrives_on(request.app.state.delivery, order, request.scope["caller"])
    except DeliveryDownError as error:
        logger.warning("delivery does not answer", extra={"reason": str(error)})
        message = "the day of arrival is unknown: delivery does not answer; try again"
        raise HttpError(HTTPStatus.SERVICE_UNAVAILABLE, message) from error
    return Delivery(order_id=order.id, arrives_on=day)


async def _priced(catalog: Catalog, new: NewOrder) -> list[PricedLine]:
    try:
        prices = await catalog.prices(line.sku for line in new.lines)
    except CatalogDownError as error:
        message = "prices cannot be read: the catalogue does not answer; try again"
        raise HttpError(HTTPStatus.SERVICE_UNAVAILABLE, message) from error
    lines: list[PricedLine] = []
    unknown: list[FieldError] = []
    for index, line in enumerate(new.lines):
        price = prices[line.sku]
        if price is None:
            message = f"the catalogue has no sku {line.sku!r}"
            unknown.append(FieldError(f"lines[{index}].sku", message))
        else:
            lines.append(PricedLine(sku=line.sku, quantity=line.quantity, price_cents=price))
    if unknown:
        skus = sorted({line.sku for line in new.lines if prices[line.sku] is None})
        logger.warning("order refused", extra={"event": "order-refused", "skus": skus})
        raise unprocessable(*unknown)
    return lines


async def _ledger_down(_request: Request, error: Exception) -> JSONResponse:
    logger.error("the ledger does not answer", extra={"reason": str(error).strip()})
    body = error_body("orders cannot be reached: the ledger does not answer; try again")
    return JSONResponse(body, int(HTTPStatus.SERVICE_UNAVAILABLE), {"retry-after": "1"})
