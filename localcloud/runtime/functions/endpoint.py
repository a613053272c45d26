"""Lambda's Invoke API on the workers' port."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING
from urllib.parse import unquote

from aiohttp import web

from localcloud.runtime.functions.definition import split_name
from localcloud.runtime.functions.invocation import (
    MAX_ASYNC_PAYLOAD_BYTES,
    MAX_PAYLOAD_BYTES,
    Invocation,
    InvokeError,
    new_trace_id,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localcloud.runtime.functions.asynchronous import AsyncInvoker
    from localcloud.runtime.functions.pool import Initialization
    from localcloud.runtime.functions.service import Functions

FUNCTIONS, INVOCATIONS, INITIALIZATION = "functions", "invocations", "initialization"
JSON = "application/json"


def invoke_route(
    functions: Functions, events: AsyncInvoker
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the request handler of all paths below `/functions`.

    `POST /functions/<name>/invocations` is Lambda's Invoke. `/functions/<name>/initialization` has
    the result of the last init phase; a POST runs it first. `GET /functions` counts processes.
    """

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and request.path == "/functions":
            return web.json_response({"processes": functions.processes()})
        first, _, rest = request.rel_url.raw_path.strip("/").partition("/")
        name, _, last = rest.rpartition("/")
        route = (request.method, first, last)
        try:
            if route == ("POST", FUNCTIONS, INVOCATIONS):
                return await _invoke(request, unquote(name), functions, events)
            if route == ("POST", FUNCTIONS, INITIALIZATION):
                return _result(await functions.initialize(*split_name(unquote(name), None)))
            if route == ("GET", FUNCTIONS, INITIALIZATION):
                return _result(await functions.initialization(*split_name(unquote(name), None)))
        except InvokeError as error:
            headers = {"x-amzn-ErrorType": error.code}
            return web.json_response(error.body, status=error.status, headers=headers)
        return web.json_response({"message": f"no such route: {request.path}"}, status=404)

    return answer


def _result(found: Initialization) -> web.Response:
    error = json.loads(found.error) if found.error is not None else None
    return web.json_response({"succeeded": found.succeeded, "error": error})


async def _invoke(
    request: web.Request, name: str, functions: Functions, events: AsyncInvoker
) -> web.Response:
    name, qualifier = split_name(
        name, request.query.get("qualifier") or request.query.get("Qualifier")
    )
    kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    invocation = Invocation(
        payload=await _payload(request, MAX_ASYNC_PAYLOAD_BYTES if kind == "Event" else None),
        client_context=_client_context(request.headers.get("X-Amz-Client-Context")),
        trace_id=request.headers.get("X-Amzn-Trace-Id") or new_trace_id(),
    )
    headers = {"x-amzn-RequestId": invocation.request_id, "X-Amzn-Trace-Id": invocation.trace_id}
    match kind:
        case "DryRun":
            await functions.check(name, qualifier)
            return web.Response(status=204, headers=headers)
        case "Event":
            await functions.check(name, qualifier)
            events.accept(name, qualifier, invocation)
            return web.Response(status=202, headers=headers)
        case "RequestResponse":
            outcome = await functions.invoke(name, qualifier, invocation)
        case _:
            message = f"the invocation type is {kind!r}: write RequestResponse, Event or DryRun"
            raise InvokeError(400, "InvalidParameterValueException", message)
    headers["X-Amz-Executed-Version"] = outcome.executed_version
    if outcome.function_error is not None:
        headers["X-Amz-Function-Error"] = outcome.function_error
    if request.headers.get("X-Amz-Log-Type") == "Tail":
        headers["X-Amz-Log-Result"] = base64.b64encode(outcome.log_tail).decode()
    return web.Response(body=outcome.payload, headers=headers, content_type=JSON)


async def _payload(request: web.Request, limit: int | None) -> bytes:
    limit = limit or MAX_PAYLOAD_BYTES
    too_large = "Request must be smaller than {limit} bytes for the InvokeFunction operation"
    try:
        payload = await request.read() or b"{}"
    except web.HTTPRequestEntityTooLarge as error:
        message = too_large.format(limit=limit)
        raise InvokeError(413, "RequestTooLargeException", message) from error
    if len(payload) > limit:
        raise InvokeError(413, "RequestTooLargeException", too_large.format(limit=limit))
    try:
        json.loads(payload)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise InvokeError(400, "InvalidRequestContentException", message) from error
    return payload


def _client_context(header: str | None) -> str | None:
    if not header:
        return None
    try:
        return json.dumps(json.loads(base64.b64decode(header, validate=True)))
    except (ValueError, binascii.Error) as error:
        message = "Client context must be a valid Base64-encoded JSON object."
        raise InvokeError(400, "InvalidRequestContentException", message) from error
