"""Error responses, the same for functions and ASGI applications."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True)
class FieldError:
    """One invalid field of a request."""

    field: str
    """Path such as `lines[0].sku`; `body` for the whole body."""
    message: str


class HttpError(Exception):
    """Raised to respond with *status* and a message."""

    def __init__(
        self, status: HTTPStatus, message: str, errors: tuple[FieldError, ...] = ()
    ) -> None:
        """Set the response; *errors* are the invalid fields."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors

    @property
    def body(self) -> dict[str, Any]:
        """Body of the response."""
        return error_body(self.message, self.errors)


class RefusedError(Exception):
    """Base of the reasons for which a request is refused before its handler runs."""

    status: HTTPStatus


class UnauthenticatedError(RefusedError):
    """Raised for a request without a valid token (401)."""

    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(RefusedError):
    """Raised for a valid token whose subject may not use a route (403)."""

    status = HTTPStatus.FORBIDDEN


class KeysUnavailableError(RefusedError):
    """Raised while the keys of an issuer cannot be read, so that no token can be verified (503)."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class InvalidDeadlineError(RefusedError):
    """Raised for a request whose deadline is no number of milliseconds (400)."""

    status = HTTPStatus.BAD_REQUEST


class DeadlinePassedError(RefusedError):
    """Raised for a request whose caller no longer waits for the response (504)."""

    status = HTTPStatus.GATEWAY_TIMEOUT


def error_body(message: str, errors: tuple[FieldError, ...] = ()) -> dict[str, Any]:
    """Return the body of an error response."""
    body: dict[str, Any] = {"message": message}
    if errors:
        body["errors"] = [{"field": e.field, "message": e.message} for e in errors]
    return body


def unprocessable(*errors: FieldError) -> HttpError:
    """Return a 422 error with the invalid fields."""
    fields = ", ".join(error.field for error in errors)
    message = f"the request cannot be used: {fields}"
    return HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, message, errors)


def validation_error(details: Iterable[Mapping[str, Any]]) -> HttpError:
    """Return a 422 error for pydantic's *details*, the result of `errors()`."""
    found = list(details)
    if any(detail["type"] == "json_invalid" for detail in found):
        return unprocessable(FieldError("body", "is not JSON"))
    return unprocessable(*(FieldError(_field(one["loc"]), one["msg"]) for one in found))


def _field(location: Sequence[str | int]) -> str:
    """Return the field at pydantic's *location*: `lines[0].sku`, `Idempotency-Key`, `limit`."""
    if location[0] == "header":
        return str(location[1]).title()
    text = ""
    for part in location[1:]:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "body"


class LoopDetectedError(RefusedError):
    """Raised for a request that came through too many services: they call each other in a loop."""

    status = HTTPStatus.LOOP_DETECTED
