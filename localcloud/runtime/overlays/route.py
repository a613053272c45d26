"""The route by which `bulkhead dev` renews its lease."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from localcloud.runtime.overlays.leases import HeldError
from localcloud.runtime.overlays.overlay import parse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.runtime.overlays.leases import Overlays

ROUTE = "overlays"


def overlays_route(
    overlays: Overlays,
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the request handler of all paths below `/overlays`.

    `PUT /overlays/<process ID>` renews the lease and returns the states of its overlays, `DELETE`
    ends it. `POST /overlays/<process ID>` adds a line to the logs of workloads. `GET /overlays`
    returns the process whose code runs, by service.
    """

    async def answer(request: web.Request) -> web.StreamResponse:
        _, _, owner = request.path.strip("/").partition("/")
        try:
            match request.method:
                case "GET" if not owner:
                    found = {"owners": overlays.owners()}
                case "PUT":
                    found = _renew(overlays, int(owner), await request.json())
                case "POST":
                    found = _log(overlays, await request.json())
                case "DELETE":
                    overlays.release(int(owner))
                    found = {}
                case _:
                    message = f"no such route: {request.method} {request.path}"
                    return web.json_response({"message": message}, status=404)
        except HeldError as error:
            held = {"message": str(error), "service": error.service, "owner": error.owner}
            return web.json_response(held, status=409)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{request.method} {request.path}: {error!r}"
            return web.json_response({"message": message}, status=400)
        return web.json_response(found)

    return answer


def _renew(overlays: Overlays, owner: int, body: dict[str, Any]) -> dict[str, Any]:
    services = {name: [parse(one) for one in every] for name, every in body["services"].items()}
    reports = overlays.renew(owner, services)
    return {"states": {workload: report.as_json() for workload, report in reports.items()}}


def _log(overlays: Overlays, body: dict[str, Any]) -> dict[str, Any]:
    for one in body["workloads"]:
        overlays.log(one["kind"], one["workload"], str(body["text"]))
    return {}
