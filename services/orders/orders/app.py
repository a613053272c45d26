"""The HTTP side of the orders service."""

from __future__ import annotations

import contextlib
import logging
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

import aiohttp
import psycopg
import psycopg_pool
from fastapi import FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from kit import database, roles, settings
from kit.answers import FieldError, RefusedError, refusal, unprocessable
from kit.asgi import Guard

from orders.catalog import Catalog, CatalogDownError
from orders.ledger import IdempotencyConflictError, Ledger
from orders.models import NewOrder, Order, PricedLine

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

logger = logging.getLogger("orders")

HEALTH = "/health"
OPEN_WITHIN_SECONDS = 30.0
KEY_HEADER = "Idempotency-Key"
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=255)]


@contextlib.asynccontextmanager
async def _connections(app: FastAPI) -> AsyncGenerator[None]:
    """Open the ledger and the catalogue client while requests are served."""
    pool = database.pool(database.Database.from_environment("ledger"))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(pool.close)
        await pool.open(wait=True, timeout=OPEN_WITHIN_SECONDS)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        app.state.ledger = Ledger(pool)
        app.state.catalog = Catalog(settings.text("CATALOG_URL"), session)
        yield


def create() -> Guard:
    """Return the application behind its role check; raises SettingError."""
    app = FastAPI(title="orders", lifespan=_connections, openapi_url=None)
    app.get(HEALTH)(health)
    app.post("/orders", status_code=HTTPStatus.CREATED)(place)
    app.get("/orders/{order_id}")(read)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(RefusedError)(_refused)
    app.exception_handler(psycopg.OperationalError)(_ledger_down)
    app.exception_handler(psycopg_pool.PoolTimeout)(_ledger_down)
    return Guard(app, roles.route_roles(), open_paths=frozenset({HEALTH}))


async def health() -> dict[str, str]:
    """Answer while this task can serve.

    The database is left out on purpose: were it down, replacing the tasks would not help.
    """
    return {"status": "ok"}


async def place(
    request: Request, new: NewOrder, response: Response, idempotency_key: IdempotencyKey = None
) -> Order:
    """Place an order; the same key gives the same order."""
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
    logger.info("order placed", extra={"order_id": str(order.id)})
    return order


async def read(request: Request, order_id: str) -> Order:
    """Return an order that the caller placed."""
    caller: roles.Caller = request.scope["caller"]
    with contextlib.suppress(ValueError):
        found = await request.app.state.ledger.order(uuid.UUID(order_id), caller.subject)
        if found is not None:
            return found
    raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no order {order_id!r} of yours")


async def _priced(catalog: Catalog, new: NewOrder) -> list[PricedLine]:
    try:
        prices = await catalog.prices(line.sku for line in new.lines)
    except CatalogDownError as error:
        message = "prices cannot be read: the catalogue does not answer; try again"
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message) from error
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
        raise unprocessable(*unknown)
    return lines


def _field(location: Sequence[Any]) -> str:
    """Return where pydantic found an error, as callers write it: `lines[0].sku`."""
    if location[0] == "header":
        return KEY_HEADER
    text = ""
    for part in location[1:]:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "body"


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    details: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else []
    broken = [detail for detail in details if detail["type"] == "json_invalid"]
    fields = [FieldError("body", "is no JSON") for _ in broken] or [
        FieldError(_field(detail["loc"]), detail["msg"]) for detail in details
    ]
    return await _refused(_request, unprocessable(*fields))


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RefusedError):
        raise error
    headers = {"retry-after": "1"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(error.body, int(error.status), headers)


async def _ledger_down(_request: Request, error: Exception) -> JSONResponse:
    logger.error("the ledger does not answer", extra={"reason": str(error).strip()})
    body = refusal("orders cannot be reached: the ledger does not answer; try again")
    return JSONResponse(body, int(HTTPStatus.SERVICE_UNAVAILABLE), {"retry-after": "1"})
