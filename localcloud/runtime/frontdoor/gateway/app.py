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

from localcloud.runtime.frontdoor.asgi import answer
from localcloud.runtime.frontdoor.balancer.headers import AUTO_HEADERS, to_client, to_target
from localcloud.runtime.frontdoor.balancer.request_view import Facts
from localcloud.runtime.frontdoor.gateway.access_log import AccessLogs, line
from localcloud.runtime.frontdoor.gateway.authorization import admitted
from localcloud.runtime.frontdoor.gateway.cors import PREFIX
from localcloud.runtime.frontdoor.gateway.events import (
    ACCOUNT,
    Answer,
    Call,
    MalformedAnswerError,
    answer_of,
    clock,
    event,
)
from localcloud.runtime.frontdoor.gateway.gateway_responses import Refusal, refused
from localcloud.runtime.frontdoor.gateway.http_api import HttpApi, HttpIntegration, Stage
from localcloud.runtime.frontdoor.gateway.routes import stage_and_path

if TYPE_CHECKING:
    from localcloud.runtime.frontdoor.asgi import RawHeaders, Receive, Scope, Send
    from localcloud.runtime.frontdoor.gateway.http_api import LambdaIntegration, Route
    from localcloud.runtime.frontdoor.token_verifier import Tokens

_LOG = logging.getLogger(__name__)

LARGEST_BODY = 10 * 1024 * 1024
THROTTLED, SERVER_ERROR = 429, 500


@dataclass
class ApiApp:
    """Answers the requests to one API; *api* may be replaced between two of them."""

    api: HttpApi
    http: aiohttp.ClientSession
    tokens: Tokens
    access_logs: AccessLogs
    workers_url: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        facts = Facts(scope)
        began = time.time()
        call: Call | None = None
        stage: Stage | None = None
        origin = facts.header("origin")
        cors = self.api.cors
        try:
            if cors and facts.method == "OPTIONS" and origin:
                await answer(send, 204, b"", cors.preflight(origin))
                return
            call, stage, route = await self._routed(facts, scope, receive)
            found = await self._integrated(route, call)
        except Refusal as refusal:
            found = refused(refusal)
        except Exception:  # noqa: BLE001 - the client gets an answer, whatever it was
            _LOG.exception("%s: %s %s failed", self.api.name, facts.method, facts.path)
            found = refused(Refusal(SERVER_ERROR, "Internal Server Error"))
        headers = found.headers
        if cors:
            headers = [one for one in headers if not one[0].startswith(PREFIX)]
            headers += cors.answer(origin)
        request_id = call.request_id if call else str(uuid.uuid4())
        headers = [*headers, (b"apigw-requestid", request_id.encode())]
        await answer(send, found.status, found.body, headers)
        if call and stage:
            self._log(stage, call, found, began)

    async def _routed(
        self, facts: Facts, scope: Scope, receive: Receive
    ) -> tuple[Call, Stage, Route]:
        placed = stage_and_path(self.api.stages, facts.path)
        found = self.api.routes.find(facts.method, placed[1]) if placed else None
        if placed is None or found is None:
            raise Refusal(404, "Not Found")
        stage = self.api.stages[placed[0]]
        route, variables = found
        claims, scopes = await admitted(route, facts, self.tokens)
        call = Call(
            api_id=self.api.api_id,
            stage=stage.name,
            route_key=route.key,
            request_id=str(uuid.uuid4()),
            method=facts.method,
            raw_path=facts.path,
            query=facts.query,
            headers=facts.headers,
            source_ip=facts.source_ip,
            protocol=f"HTTP/{scope['http_version']}",
            body=await _body(facts, receive),
            variables=variables,
            stage_variables=stage.variables,
            claims=claims,
            scopes=scopes,
        )
        return call, stage, route

    async def _integrated(self, route: Route, call: Call) -> Answer:
        seconds = route.integration.timeout_seconds
        try:
            if isinstance(route.integration, HttpIntegration):
                return await self._proxied(route.integration, call)
            return await self._invoked(route.integration, call)
        except TimeoutError:
            _LOG.warning("%s: no answer within %g s", route.key, seconds)
            raise Refusal(504, "Endpoint request timed out") from None
        except (aiohttp.ClientError, OSError) as error:
            _LOG.warning("%s: %r", route.key, error)
            raise Refusal(503, "Service Unavailable") from error

    async def _invoked(self, integration: LambdaIntegration, call: Call) -> Answer:
        name = quote(integration.function, safe="")
        url = f"{self.workers_url}/functions/{name}/invocations"
        query = {"qualifier": integration.qualifier} if integration.qualifier else {}
        async with self.http.post(
            url,
            params=query,
            data=json.dumps(event(call)).encode(),
            headers={
                "X-Amz-Invocation-Type": "RequestResponse",
                "Content-Type": "application/json",
            },
            timeout=aiohttp.ClientTimeout(total=integration.timeout_seconds),
        ) as response:
            payload = await response.read()
            failed = response.headers.get("X-Amz-Function-Error")
            status = response.status
        if status == THROTTLED:
            raise Refusal(503, "Service Unavailable")
        if failed or status >= 300:  # noqa: PLR2004 - anything that is no success
            told = payload[:500].decode(errors="replace")
            _LOG.warning("function %s: %s %s", name, failed or status, told)
            raise Refusal(SERVER_ERROR, "Internal Server Error")
        try:
            return answer_of(payload)
        except MalformedAnswerError as error:
            _LOG.warning("function %s: %s", name, error)
            raise Refusal(SERVER_ERROR, "Internal Server Error") from error

    async def _proxied(self, integration: HttpIntegration, call: Call) -> Answer:
        address = integration.url
        for name, value in call.variables.items():
            for form in (f"{{{name}}}", f"{{{name}+}}"):
                address = address.replace(form, quote(value, safe="/"))
        if call.query:
            address += f"{'&' if '?' in address else '?'}{call.query}"
        method = call.method if integration.method == "ANY" else integration.method
        sent: RawHeaders = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, values in call.headers.items()
            for value in values
            if name not in {"host", "content-length"}
        ]
        async with self.http.request(
            method,
            URL(address, encoded=True),
            headers=to_target(sent, call.source_ip, "http", 80),
            data=call.body or None,
            allow_redirects=False,
            skip_auto_headers=AUTO_HEADERS,
            timeout=aiohttp.ClientTimeout(total=integration.timeout_seconds),
        ) as response:
            body = await response.read()
            headers = to_client(response.raw_headers)
            headers = [one for one in headers if one[0] != b"content-length"]
            return Answer(response.status, headers, body)

    def _log(self, stage: Stage, call: Call, found: Answer, began: float) -> None:
        if not stage.log_group or not stage.log_format:
            return
        milliseconds = int((time.time() - began) * 1000)
        values: dict[str, Any] = {
            "accountId": ACCOUNT,
            "apiId": call.api_id,
            "domainName": call.headers.get("host", [""])[0],
            "extendedRequestId": call.request_id,
            "httpMethod": call.method,
            "identity.sourceIp": call.source_ip,
            "identity.userAgent": call.headers.get("user-agent", ["-"])[0],
            "integration.latency": milliseconds,
            "integrationLatency": milliseconds,
            "path": call.raw_path,
            "protocol": call.protocol,
            "requestId": call.request_id,
            "requestTime": clock(call.at),
            "requestTimeEpoch": int(call.at * 1000),
            "responseLatency": milliseconds,
            "responseLength": len(found.body),
            "routeKey": call.route_key,
            "stage": call.stage,
            "status": found.status,
        }
        for name, value in (call.claims or {}).items():
            values[f"authorizer.claims.{name}"] = value
        self.access_logs.add(stage.log_group, line(stage.log_format, values))


async def _body(facts: Facts, receive: Receive) -> bytes:
    if "content-length" not in facts.headers and "transfer-encoding" not in facts.headers:
        return b""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "Bad Request")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > LARGEST_BODY:
            raise Refusal(413, "Request Entity Too Large")
        if not message.get("more_body"):
            return b"".join(pieces)
