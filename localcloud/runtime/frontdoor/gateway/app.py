"""The ASGI application that serves one HTTP API."""

from __future__ import annotations

import json
import logging
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from localcloud.account import ACCOUNT
from localcloud.runtime.frontdoor.asgi import send_response
from localcloud.runtime.frontdoor.balancer.headers import (
    AUTO_HEADERS,
    forwarded_request_headers,
    forwarded_response_headers,
)
from localcloud.runtime.frontdoor.balancer.request_view import RequestView
from localcloud.runtime.frontdoor.gateway import events_v1
from localcloud.runtime.frontdoor.gateway.access_log import AccessLogs, format_line
from localcloud.runtime.frontdoor.gateway.authorization import authorize
from localcloud.runtime.frontdoor.gateway.cors import PREFIX
from localcloud.runtime.frontdoor.gateway.events import (
    ApiRequest,
    ApiResponse,
    MalformedResponseError,
    event,
    format_time,
    parse_response,
)
from localcloud.runtime.frontdoor.gateway.gateway_responses import (
    GatewayResponseError,
    NotRunError,
    gateway_response,
)
from localcloud.runtime.frontdoor.gateway.http_api import HttpApi, HttpIntegration, Stage
from localcloud.runtime.frontdoor.gateway.invocation import invoke, read_body, require_valid
from localcloud.runtime.frontdoor.gateway.metrics import count_request
from localcloud.runtime.frontdoor.gateway.routes import stage_and_path

if TYPE_CHECKING:
    from localcloud.names import ApiMapping
    from localcloud.runtime.frontdoor.asgi import RawHeaders, Receive, Scope, Send
    from localcloud.runtime.frontdoor.gateway.http_api import LambdaIntegration, Route
    from localcloud.runtime.frontdoor.token_verifier import TokenVerifier

_LOG = logging.getLogger(__name__)

THROTTLED, SERVER_ERROR = 429, 500


@dataclass
class ApiApp:
    """Serves one API; *api* may be replaced between requests."""

    api: HttpApi
    http: aiohttp.ClientSession
    tokens: TokenVerifier
    access_logs: AccessLogs
    workers_url: str
    mapping: ApiMapping | None = None
    """The mapping of a custom domain through which it is served."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        view = RequestView(scope)
        began = time.time()
        request: ApiRequest | None = None
        integrated: float | None = None
        stage: Stage | None = None
        runs = True
        origin = view.header("origin")
        cors = self.api.cors
        try:
            require_valid(scope)
            if cors and view.method == "OPTIONS" and origin:
                await send_response(send, 204, b"", cors.preflight_headers(origin))
                self._count(None, 204, began, None, 0)
                return
            request, stage, route = await self._routed(view, scope, receive)
            integrated = time.time()
            found = await self._integrated(route, request)
        except GatewayResponseError as refusal:
            found = gateway_response(refusal)
            runs = not isinstance(refusal, NotRunError)
        except Exception:  # noqa: BLE001 - the client gets an answer, whatever it was
            _LOG.exception("%s: %s %s failed", self.api.name, view.method, view.path)
            found = gateway_response(GatewayResponseError(SERVER_ERROR, "Internal Server Error"))
        took = None if integrated is None else time.time() - integrated
        headers = found.headers
        if cors:
            headers = [one for one in headers if not one[0].startswith(PREFIX)]
            headers += cors.response_headers(origin)
        request_id = request.request_id if request else str(uuid.uuid4())
        headers = [*headers, (b"apigw-requestid", request_id.encode())]
        await send_response(send, found.status, found.body, headers)
        size = len(found.body) + (len(request.body) if request else 0)
        if runs:
            self._count(stage, found.status, began, took, size)
        if request and stage:
            self._log(stage, request, found, began)

    def _count(
        self, stage: Stage | None, status: int, began: float, took: float | None, size: int
    ) -> None:
        count_request(
            self.api.api_id,
            stage.name if stage else None,
            status,
            seconds=time.time() - began,
            integration_seconds=took,
            data_bytes=size,
        )

    async def _routed(
        self, view: RequestView, scope: Scope, receive: Receive
    ) -> tuple[ApiRequest, Stage, Route]:
        located = self._stage_and_path(view.path)
        found = self.api.routes.find(view.method, located[1]) if located else None
        if located is None or found is None:
            raise GatewayResponseError(404, "Not Found")
        stage = self.api.stages[located[0]]
        route, variables = found
        claims, scopes = await authorize(route, view, self.tokens)
        request = ApiRequest(
            api_id=self.api.api_id,
            stage=stage.name,
            route_key=route.key,
            request_id=str(uuid.uuid4()),
            method=view.method,
            raw_path=view.path,
            query=view.query,
            headers=view.headers,
            source_ip=view.source_ip,
            protocol=f"HTTP/{scope['http_version']}",
            body=await read_body(view, receive),
            variables=variables,
            stage_variables=stage.variables,
            claims=claims,
            scopes=scopes,
        )
        return request, stage, route

    def _stage_and_path(self, path: str) -> tuple[str, str] | None:
        """Return the stage of a request and its path in the stage; None if there is none."""
        if self.mapping is None:
            return stage_and_path(self.api.stages, path)
        if self.mapping.stage not in self.api.stages:
            return None
        key = f"/{self.mapping.key}" if self.mapping.key else ""
        return self.mapping.stage, path.removeprefix(key) or "/"

    async def _integrated(self, route: Route, request: ApiRequest) -> ApiResponse:
        seconds = route.integration.timeout_seconds
        try:
            if isinstance(route.integration, HttpIntegration):
                return await self._proxied(route.integration, request)
            return await self._invoked(route.integration, request)
        except TimeoutError:
            _LOG.warning("%s: no response within %g s", route.key, seconds)
            raise GatewayResponseError(504, "Endpoint request timed out") from None
        except (aiohttp.ClientError, OSError) as error:
            _LOG.warning("%s: %r", route.key, error)
            raise GatewayResponseError(503, "Service Unavailable") from error

    async def _invoked(self, integration: LambdaIntegration, request: ApiRequest) -> ApiResponse:
        first = integration.payload_format == "1.0"
        content = events_v1.event(request) if first else event(request)
        payload = json.dumps(content).encode()
        found = await invoke(self.http, self.workers_url, integration, payload)
        if found.status == THROTTLED:
            raise GatewayResponseError(503, "Service Unavailable")
        if found.not_served:
            raise NotRunError(found.not_served)
        name = integration.function
        if found.failed:
            failure = found.function_error or found.status
            _LOG.warning("function %s: %s %s", name, failure, found.excerpt)
            raise GatewayResponseError(SERVER_ERROR, "Internal Server Error")
        try:
            parse = events_v1.response if first else parse_response
            return parse(found.payload)
        except MalformedResponseError as error:
            _LOG.warning("function %s: %s", name, error)
            raise GatewayResponseError(SERVER_ERROR, "Internal Server Error") from error

    async def _proxied(self, integration: HttpIntegration, request: ApiRequest) -> ApiResponse:
        address = integration.url
        for name, value in request.variables.items():
            for form in (f"{{{name}}}", f"{{{name}+}}"):
                address = address.replace(form, quote(value, safe="/"))
        if request.query:
            address += f"{'&' if '?' in address else '?'}{request.query}"
        method = request.method if integration.method == "ANY" else integration.method
        sent: RawHeaders = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, values in request.headers.items()
            for value in values
            if name not in {"host", "content-length"}
        ]
        async with self.http.request(
            method,
            URL(address, encoded=True),
            headers=forwarded_request_headers(sent, request.source_ip, "http", 80),
            data=request.body or None,
            allow_redirects=False,
            skip_auto_headers=AUTO_HEADERS,
            timeout=aiohttp.ClientTimeout(total=integration.timeout_seconds),
        ) as response:
            body = await response.read()
            headers = forwarded_response_headers(response.raw_headers)
            headers = [one for one in headers if one[0] != b"content-length"]
            return ApiResponse(response.status, headers, body)

    def _log(self, stage: Stage, request: ApiRequest, found: ApiResponse, began: float) -> None:
        if not stage.log_group or not stage.log_format:
            return
        milliseconds = int((time.time() - began) * 1000)
        values: dict[str, Any] = {
            "accountId": ACCOUNT,
            "apiId": request.api_id,
            "domainName": request.headers.get("host", [""])[0],
            "extendedRequestId": request.request_id,
            "httpMethod": request.method,
            "identity.sourceIp": request.source_ip,
            "identity.userAgent": request.headers.get("user-agent", ["-"])[0],
            "integration.latency": milliseconds,
            "integrationLatency": milliseconds,
            "path": request.raw_path,
            "protocol": request.protocol,
            "requestId": request.request_id,
            "requestTime": format_time(request.at),
            "requestTimeEpoch": int(request.at * 1000),
            "responseLatency": milliseconds,
            "responseLength": len(found.body),
            "routeKey": request.route_key,
            "stage": request.stage,
            "status": found.status,
        }
        for name, value in (request.claims or {}).items():
            values[f"authorizer.claims.{name}"] = value
        self.access_logs.add(stage.log_group, format_line(stage.log_format, values))
