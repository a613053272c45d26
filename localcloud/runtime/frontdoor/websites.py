"""Website endpoints of S3 buckets: index and error documents, redirects and routing rules.

Objects are read without credentials, so the bucket's policy and the objects' ACLs decide.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from botocore.exceptions import ClientError
from yarl import URL

from localcloud.names import website_port_name
from localcloud.runtime.api import error_code
from localcloud.runtime.frontdoor.asgi import send_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp

    from localcloud.names import Names
    from localcloud.runtime.api import AwsApi
    from localcloud.runtime.frontdoor.asgi import RawHeaders, Receive, Scope, Send

FORWARDED = frozenset(
    {b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since", b"range"}
)
SERVED_HEADERS = re.compile(
    r"(accept-ranges|cache-control|content-(disposition|encoding|language|length|range|type)|etag"
    r"|expires|last-modified|x-amz-(meta-.*|version-id|server-side-encryption.*))",
    re.IGNORECASE,
)
REDIRECT = "x-amz-website-redirect-location"
HTML = [(b"content-type", b"text/html; charset=utf-8")]
FOUND, MOVED, OK, NOT_FOUND, NOT_ALLOWED, FIRST_ERROR = 302, 301, 200, 404, 405, 400
NOT_ANSWERED_BY_RULES = frozenset({304, 412, 416})
TITLES = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
ERRORS = {
    403: ("AccessDenied", "Access Denied"),
    404: ("NoSuchKey", "The specified key does not exist."),
    405: ("MethodNotAllowed", "The specified method is not allowed against this resource."),
}


@dataclass(frozen=True)
class Website:
    """The website configuration of a bucket."""

    bucket: str
    index: str = ""
    error: str = ""
    redirect_all: Mapping[str, str] | None = None
    rules: tuple[Mapping[str, Any], ...] = ()

    @property
    def bound_port(self) -> str:
        """Name of the port."""
        return website_port_name(self.bucket)

    def rule(self, key: str, status: int | None) -> Mapping[str, str] | None:
        """Return the redirect of the first rule for *key* and the error *status*, if any."""
        for rule in self.rules:
            condition = rule.get("Condition") or {}
            expected = condition.get("HttpErrorCodeReturnedEquals")
            prefix = condition.get("KeyPrefixEquals") or ""
            if expected == (str(status) if status else None) and key.startswith(prefix):
                redirect = dict(rule["Redirect"])
                if "ReplaceKeyPrefixWith" in redirect:
                    redirect["ReplaceKeyWith"] = (
                        redirect["ReplaceKeyPrefixWith"] + key[len(prefix) :]
                    )
                return redirect
        return None


async def read_websites(aws: AwsApi, names: Names) -> tuple[Website, ...]:
    """Return the websites of the buckets that have one."""
    found: list[Website] = []
    for bucket in sorted(names.websites):
        try:
            one = await aws("s3", "GetBucketWebsite", Bucket=bucket)
        except ClientError as error:
            if error_code(error) in ("NoSuchBucket", "NoSuchWebsiteConfiguration"):
                continue
            raise
        found.append(
            Website(
                bucket=bucket,
                index=(one.get("IndexDocument") or {}).get("Suffix", ""),
                error=(one.get("ErrorDocument") or {}).get("Key", ""),
                redirect_all=one.get("RedirectAllRequestsTo"),
                rules=tuple(one.get("RoutingRules") or ()),
            )
        )
    return tuple(found)


@dataclass
class WebsiteApp:
    """Answers GET and HEAD requests to a website endpoint."""

    website: Website
    http: aiohttp.ClientSession
    endpoint: str
    """URL of the emulated AWS."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Handle one request."""
        website, request = self.website, _Request(scope, send)
        if scope["method"] not in ("GET", "HEAD"):
            await request.page(NOT_ALLOWED)
        elif website.redirect_all:
            await request.redirect({"Protocol": "http", **website.redirect_all})
        elif redirect := website.rule(request.key, None):
            await request.redirect(redirect)
        else:
            await self._object(request)

    async def _object(self, request: _Request) -> None:
        key = request.key
        document = key + self.website.index if not key or key.endswith("/") else key
        async with self._get(request.method, document, request.conditions) as answer:
            status = answer.status
            if location := answer.headers.get(REDIRECT):
                await request.answer(MOVED, [(b"location", location.encode())])
                return
            if status < FIRST_ERROR or status in NOT_ANSWERED_BY_RULES:
                await request.relay(answer, status)
                return
        if document == key and await self._exists(f"{key}/{self.website.index}"):
            await request.answer(FOUND, [(b"location", f"/{quote(key)}/".encode())])
        elif redirect := self.website.rule(key, status):
            await request.redirect(redirect)
        else:
            await self._error(request, status)

    async def _error(self, request: _Request, status: int) -> None:
        if not self.website.error:
            await request.page(status)
            return
        async with self._get(request.method, self.website.error, {}) as answer:
            if answer.status == OK:
                await request.relay(answer, status)
            else:
                await request.page(status, answer.status)

    async def _exists(self, key: str) -> bool:
        async with self._get("HEAD", key, {}) as answer:
            return answer.status == OK

    def _get(self, method: str, key: str, headers: Mapping[str, str]) -> Any:
        url = f"{self.endpoint}/{self.website.bucket}/{quote(key)}"
        return self.http.request(
            method, URL(url, encoded=True), headers=headers, allow_redirects=False
        )


class _Request:
    """One request, and how it is answered."""

    def __init__(self, scope: Scope, send: Send) -> None:
        """Read the request in *scope*."""
        self.method: str = scope["method"]
        raw = scope["raw_path"].decode("latin-1").partition("?")[0]
        self.key = unquote(raw.removeprefix("/"))
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.conditions = {
            name.decode(): value for name, value in headers.items() if name in FORWARDED
        }
        self._host = headers.get(b"host", "")
        self._query = scope["query_string"].decode("latin-1")
        self._send = send

    async def redirect(self, redirect: Mapping[str, str]) -> None:
        """Redirect as a routing rule or the redirect of all requests says."""
        key = redirect.get("ReplaceKeyWith", self.key)
        host = redirect.get("HostName") or self._host
        url = f"{redirect.get('Protocol') or 'http'}://{host}/{quote(key)}"
        url += f"?{self._query}" if self._query else ""
        code = int(redirect.get("HttpRedirectCode") or MOVED)
        await self.answer(code, [(b"location", url.encode())])

    async def answer(self, status: int, headers: RawHeaders, body: bytes = b"") -> None:
        """Send a complete response; without its body to HEAD."""
        if self.method == "HEAD":
            start = {"type": "http.response.start", "status": status, "headers": headers}
            await self._send(start)
            await self._send({"type": "http.response.body", "body": b""})
        else:
            await send_response(self._send, status, body, headers)

    async def relay(self, answer: aiohttp.ClientResponse, status: int) -> None:
        """Send the object that S3 answered, with *status*."""
        headers = [
            (name.lower().encode(), value.encode("latin-1", "replace"))
            for name, value in answer.headers.items()
            if SERVED_HEADERS.fullmatch(name)
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        if self.method != "HEAD":
            async for chunk in answer.content.iter_chunked(1 << 16):
                part = {"type": "http.response.body", "body": chunk, "more_body": True}
                await self._send(part)
        await self._send({"type": "http.response.body", "body": b""})

    async def page(self, status: int, second: int | None = None) -> None:
        """Send the page of an error; *second* is that of reading the error document."""
        title = f"{status} {TITLES.get(status, 'Error')}"
        parts = [f"<h1>{title}</h1>", _facts(status, self.key)]
        if second is not None:
            what = "An Error Occurred While Attempting to Retrieve a Custom Error Document"
            parts += [f"<h3>{what}</h3>", _facts(second, "")]
        head = f"<html>\n<head><title>{title}</title></head>\n<body>\n"
        page = head + "\n".join(parts) + "\n<hr/>\n</body>\n</html>\n"
        await self.answer(status, HTML, page.encode())


def _facts(status: int, key: str) -> str:
    code, message = ERRORS.get(status, ("InternalError", "We encountered an internal error."))
    facts = {
        "Code": code,
        "Message": message,
        **({"Key": key} if key and status == NOT_FOUND else {}),
    }
    items = "".join(f"<li>{name}: {html.escape(value)}</li>\n" for name, value in facts.items())
    return f"<ul>\n{items}</ul>"
