"""Error responses of `kit.errors` for FastAPI applications."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from kit.errors import HttpError, validation_error
from kit.resilience.errors import CallError, as_http_error

if TYPE_CHECKING:
    from fastapi import FastAPI, Request


def handle_errors(app: FastAPI) -> None:
    """Register exception handlers of *app* for HttpError, failed calls and validation errors."""
    app.exception_handler(HttpError)(_answer)
    app.exception_handler(CallError)(_call_failed)
    app.exception_handler(RequestValidationError)(_invalid)


async def _call_failed(request: Request, error: CallError) -> JSONResponse:
    return await _answer(request, as_http_error(error))


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    return await _answer(request, validation_error(error.errors()))


async def _answer(_request: Request, error: HttpError) -> JSONResponse:
    unavailable = error.status == HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(
        error.body, int(error.status), {"retry-after": "1"} if unavailable else None
    )
