"""The CORS configuration of the HTTP API, which all functions with routes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.routing.http_api import ApiCors
from spec.model import Entrance
from spec.service import SERVICE

if TYPE_CHECKING:
    from spec.catalogue import Catalogue

HEADERS = ("authorization", "content-type")
"""Headers that every client of a service sends."""


def of_catalogue(catalogue: Catalogue) -> ApiCors | None:
    """Return the union of the services' CORS settings; None if no service has any.

    An HTTP API has one CORS configuration for all of its routes.
    """
    asking = [
        spec
        for spec in catalogue.services.values()
        if spec.cors is not None and spec.compute.ENTRANCE is Entrance.HTTP_API
    ]
    if not asking:
        return None
    settings = [spec.cors for spec in asking if spec.cors is not None]
    return ApiCors(
        origins=sorted({origin for one in settings for origin in one.origins}),
        headers=sorted({*HEADERS, *(name.lower() for one in settings for name in one.headers)}),
        methods=sorted(
            {
                method
                for spec in asking
                for route in spec.routes
                if route.auth != SERVICE
                for method in route.methods
            }
        ),
    )
