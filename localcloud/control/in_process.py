"""Calls of this process to its own WSGI application, without a connection.

The provider runs beside the emulated AWS: a quarter of the CPU time of a call over HTTP is spent on
sockets and on the server's threads.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

from botocore.awsrequest import AWSResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from botocore.awsrequest import AWSPreparedRequest

    Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Raw(io.BytesIO):
    """A response body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield what is left, in one piece."""
        yield self.read()


def sender(application: Application) -> Callable[..., AWSResponse]:
    """Return a handler of botocore's event `before-send` that asks *application*."""

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        head: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exception: Any = None
        ) -> None:
            head[:] = [int(status.split(" ", 1)[0]), dict(headers)]

        body = b"".join(application(environment(request), start_response))
        status, headers = head
        return AWSResponse(request.url, status, headers, _Raw(body))

    return send


def environment(request: AWSPreparedRequest) -> dict[str, Any]:
    """Return the WSGI environment of *request*, with what the server adds for moto."""
    url = urlsplit(cast("str", request.url))
    body = _body(request.body)
    uri = f"{url.path or '/'}{f'?{url.query}' if url.query else ''}"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": cast("str", request.method),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
        "QUERY_STRING": url.query,
        "RAW_URI": uri,
        "REQUEST_URI": uri,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": url.hostname,
        "HTTP_HOST": url.netloc,
        "moto.preserved_header_names": {},
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = text
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    if "HTTP_CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE")
    return environ


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body if isinstance(body, bytes | bytearray) else body.read())
