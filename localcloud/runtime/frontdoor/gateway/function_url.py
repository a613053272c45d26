"""The ASGI application that serves one function URL, and where the URLs are read."""

from __future__ import annotations

import json
import logging
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import aiohttp

from localcloud.account import REGION
from localcloud.names import function_url_port_name
from localcloud.runtime.frontdoor.asgi import send_response
from localcloud.runtime.frontdoor.balancer.request_view import RequestView
from localcloud.runtime.frontdoor.gateway.cors import PREFIX, CorsConfiguration
from localcloud.runtime.frontdoor.gateway.events import (
    ApiRequest,
    ApiResponse,
    MalformedResponseError,
    event,
    parse_response,
)
from localcloud.runtime.frontdoor.gateway.gateway_responses import GatewayResponseError
from localcloud.runtime.frontdoor.gateway.http_api import LambdaIntegration
from localcloud.runtime.frontdoor.gateway.invocation import invoke, read_body, require_valid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.frontdoor.asgi import Receive, Scope, Send

_LOG = logging.getLogger(__name__)

LONGEST_SECONDS = 930
"""Above the longest timeout of a function."""
MAX_BODY_BYTES = 6 * 1024 * 1024
ANONYMOUS = "anonymous"
DEFAULT = "$default"
SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/\s]+)/\d{8}/[^/]+/lambda/aws4_request,"
    r"\s*SignedHeaders=\S+,\s*Signature=[0-9a-f]{64}"
)
SCOPE = re.compile(r"(?P<key>[^/\s]+)/\d{8}/[^/]+/lambda/aws4_request")


@dataclass(frozen=True)
class FunctionUrl:
    """One function URL."""

    id: str
    function: LambdaIntegration
    signed: bool
    """Whether its requests must have a signature: IAM authorization."""
    cors: CorsConfiguration | None = None

    @property
    def bound_port(self) -> str:
        """Key of its local port in ports.json."""
        return function_url_port_name(self.function.function, self.function.qualifier or "")

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> FunctionUrl:
        """Return the URL that the control plane describes."""
        other = described["Region"] != REGION
        name = ":".join(described["FunctionArn"].split(":")[:7]) if other else described["Function"]
        settings = described.get("Cors")
        return cls(
            id=described["Id"],
            function=LambdaIntegration(name, described["Qualifier"] or None, LONGEST_SECONDS),
            signed=described["AuthType"] == "AWS_IAM",
            cors=CorsConfiguration.of(settings) if settings else None,
        )


async def read_function_urls(aws: AwsApi) -> tuple[FunctionUrl, ...]:
    """Return all function URLs."""
    async with aws.http.get(f"{aws.endpoint}/_bulkhead/functions/urls") as response:
        response.raise_for_status()
        return tuple(FunctionUrl.of(one) for one in await response.json())


@dataclass
class FunctionUrlApp:
    """Serves one function URL; *url* may be replaced between requests."""

    url: FunctionUrl
    http: aiohttp.ClientSession
    workers_url: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        view = RequestView(scope)
        cors, origin = self.url.cors, view.header("origin")
        request_id = str(uuid.uuid4())
        try:
            require_valid(scope)
            if cors and view.method == "OPTIONS" and origin:
                await send_response(send, 200, b"", cors.preflight_headers(origin))
                return
            found = await self._invoked(await self._request(view, scope, receive, request_id))
        except GatewayResponseError as refusal:
            found = _refusal(refusal.status, refusal.message)
        except Exception:  # noqa: BLE001 - the client gets an answer, whatever it was
            _LOG.exception("%s: %s %s failed", self.url.bound_port, view.method, view.path)
            found = _refusal(500, "Internal Server Error")
        headers = found.headers
        if cors:
            headers = [one for one in headers if not one[0].startswith(PREFIX)]
            headers += cors.response_headers(origin)
        headers = [*headers, (b"x-amzn-requestid", request_id.encode())]
        await send_response(send, found.status, found.body, headers)

    async def _request(
        self, view: RequestView, scope: Scope, receive: Receive, request_id: str
    ) -> ApiRequest:
        access_key = _access_key(view) if self.url.signed else None
        if self.url.signed and access_key is None:
            raise GatewayResponseError(403, "Forbidden")
        return ApiRequest(
            api_id=self.url.id,
            stage=DEFAULT,
            route_key=DEFAULT,
            request_id=request_id,
            method=view.method,
            raw_path=view.path,
            query=view.query,
            headers=view.headers,
            source_ip=view.source_ip,
            protocol=f"HTTP/{scope['http_version']}",
            body=await read_body(view, receive, MAX_BODY_BYTES),
            account=ANONYMOUS if access_key is None else ApiRequest.account,
            access_key=access_key,
        )

    async def _invoked(self, request: ApiRequest) -> ApiResponse:
        function = self.url.function
        payload = json.dumps(event(request)).encode()
        try:
            found = await invoke(self.http, self.workers_url, function, payload)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            _LOG.warning("function URL of %s: %r", function.function, error)
            return _refusal(503, "Service Unavailable")
        if found.not_served:
            return _refusal(503, found.not_served)
        if found.status == 429:  # noqa: PLR2004 - Too Many Requests
            return _refusal(429, "Rate Exceeded.")
        try:
            if not found.failed:
                return parse_response(found.payload)
            _LOG.warning("function URL of %s: %s", function.function, found.excerpt)
        except MalformedResponseError as error:
            _LOG.warning("function URL of %s: %s", function.function, error)
        return ApiResponse(502, [(b"content-type", b"text/plain")], b"Internal Server Error")


def _access_key(view: RequestView) -> str | None:
    """Return the access key of a signed request; the signature itself is not verified."""
    if found := SIGNATURE.fullmatch(view.header("authorization") or ""):
        return found["key"]
    query = parse_qs(view.query)
    signed = "X-Amz-Signature" in query
    found = SCOPE.fullmatch(query.get("X-Amz-Credential", [""])[0])
    return found["key"] if signed and found else None


def _refusal(status: int, message: str) -> ApiResponse:
    body = json.dumps({"Message": message}, separators=(",", ":")).encode()
    return ApiResponse(status, [(b"content-type", b"application/json")], body)
