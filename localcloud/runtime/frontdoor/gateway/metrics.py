"""`AWS/ApiGateway`: requests of HTTP APIs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from localcloud.measurements import MEASUREMENTS

if TYPE_CHECKING:
    from localcloud.measurements import Measurements

NAMESPACE = "AWS/ApiGateway"
MILLISECONDS = 1000


def count_request(  # noqa: PLR0913 - what is known of a request
    api_id: str,
    stage: str | None,
    status: int,
    *,
    seconds: float,
    integration_seconds: float | None,
    data_bytes: int,
    measurements: Measurements = MEASUREMENTS,
) -> None:
    """Count a request, and 0 or 1 error of the client and of the server."""
    sets = [{"ApiId": api_id}]
    if stage is not None:
        sets.append({"ApiId": api_id, "Stage": stage})
    server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    client = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    values = [("Count", 1.0, "Count"), ("4xx", client, "Count"), ("5xx", server, "Count")]
    values.append(("Latency", round(seconds * MILLISECONDS), "Milliseconds"))
    if integration_seconds is not None:
        took = round(integration_seconds * MILLISECONDS)
        values.append(("IntegrationLatency", took, "Milliseconds"))
    values.append(("DataProcessed", data_bytes, "Bytes"))
    for dimensions in sets:
        for name, value, unit in values:
            measurements.add(NAMESPACE, name, float(value), unit=unit, dimensions=dimensions)
