"""What every service answers when it refuses a request."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One field of a request that cannot be used."""

    field: str
    """As `lines[0].sku`; `body` for the whole body."""
    message: str


class RefusedError(Exception):
    """Raised to answer a request with *status* and a reason."""

    def __init__(
        self, status: HTTPStatus, message: str, errors: tuple[FieldError, ...] = ()
    ) -> None:
        """Name the fields that are wrong in *errors*."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors

    @property
    def body(self) -> dict[str, Any]:
        """The answer's body, as JSON values."""
        return refusal(self.message, self.errors)


def refusal(message: str, errors: tuple[FieldError, ...] = ()) -> dict[str, Any]:
    """Return the body of every answer that is no success."""
    body: dict[str, Any] = {"message": message}
    if errors:
        body["errors"] = [{"field": e.field, "message": e.message} for e in errors]
    return body


def unprocessable(*errors: FieldError) -> RefusedError:
    """Return the refusal of a request whose fields are wrong."""
    fields = ", ".join(error.field for error in errors)
    message = f"the request cannot be used: {fields}"
    return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, message, errors)
