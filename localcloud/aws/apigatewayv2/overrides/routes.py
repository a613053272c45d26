"""UpdateRoute sets empty values too: moto ignores them."""

from __future__ import annotations

from typing import Any

from moto.apigatewayv2.models import Route


def install() -> None:
    """Replace `Route.update`."""
    Route.update = _update  # type: ignore[method-assign]


def _update(self: Any, **wanted: Any) -> None:
    for name, value in wanted.items():
        if value is not None:
            setattr(self, name, value)
