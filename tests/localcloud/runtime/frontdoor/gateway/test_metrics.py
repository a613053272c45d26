"""What an HTTP API counts."""

from __future__ import annotations

import pytest
from aiohttp import web

from localcloud.runtime.frontdoor.gateway.http_api import (
    HttpApi,
    LambdaIntegration,
    Route,
    Stage,
)
from localcloud.runtime.frontdoor.gateway.routes import RouteTable
from tests.localcloud.measured import measured

CATALOG = LambdaIntegration("catalog", None, timeout_seconds=5)
ROUTES = RouteTable([("GET /x", Route("GET /x", CATALOG))])
API = HttpApi("abc", "shop", ROUTES, {"$default": Stage("$default")})


def workers(status, error_type):
    async def invoke(_):
        headers = {"x-amzn-ErrorType": error_type}
        return web.json_response({"message": "no"}, status=status, headers=headers)

    return invoke


async def counted(open_door, status, error_type):
    """Return the status of a request, and how many requests and errors are counted."""
    measured("")
    async with open_door(workers(status, error_type)) as served:
        url = await served.serve_api(API)
        async with served.client.get(f"{url}/x") as answer:
            answered = answer.status
    found = measured("AWS/ApiGateway")
    return answered, [found.get((name, ("abc",)), (0, 0))[1] for name in ("Count", "5xx")]


@pytest.mark.parametrize(
    ("status", "error_type", "answered"), [(429, "Throttled", 503), (500, "ServiceException", 500)]
)
async def test_a_request_that_the_api_cannot_answer_is_an_error_of_the_server(
    open_door, status, error_type, answered
):
    assert await counted(open_door, status, error_type) == (answered, [1, 1])


async def test_a_request_to_a_service_that_somebody_stopped_is_not_counted(open_door):
    assert await counted(open_door, 503, "ServiceStoppedException") == (503, [0, 0])
