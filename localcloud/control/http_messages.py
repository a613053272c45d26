"""Requests and responses of the HTTP server, with what S3 needs and WSGI loses.

waitress waits for the body of an empty object, drops request headers whose name has an underscore,
and capitalizes response headers.
S3's user metadata (`x-amz-meta-*`) keeps its keys as they were sent.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask

from localcloud.control.event_streams import SEND_AT_ONCE

_METADATA = re.compile(rb"(?im)^(x-amz-meta-[^:\s]*_[^:\s]*):[ \t]*(.*?)[ \t]*\r?$")
_AMZ_HEADER = re.compile(rb"^X-Amz[^:]*", re.MULTILINE)


class Parser(HTTPRequestParser):
    """Keeps metadata headers whose name has an underscore."""

    metadata: dict[str, str]

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the request line and the headers."""
        found = _METADATA.findall(header_plus)
        self.metadata = {name.decode("latin-1"): value.decode("latin-1") for name, value in found}
        super().parse_header(header_plus)
        if not self.content_length and not self.chunked:
            self.expect_continue = False  # waitress would wait for a body that does not come


class Task(WSGITask):
    """Answers one request."""

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment, with the request's path as it was sent."""
        if self.environ is not None:
            return self.environ
        environ: dict[str, Any] = super().get_environment()
        # moto reads the keys of S3 objects from here; PATH_INFO is decoded.
        environ["RAW_URI"] = environ["REQUEST_URI"]
        metadata: dict[str, str] = getattr(self.request, "metadata", {})
        names = {f"HTTP_{name.upper().replace('-', '_')}": name for name in metadata}
        added = {key: name for key, name in names.items() if key not in environ}
        environ |= {key: metadata[name] for key, name in added.items()}
        environ["moto.preserved_header_names"] = added
        environ[SEND_AT_ONCE] = self._send_at_once
        return environ

    def _send_at_once(self) -> None:
        """Send each piece of the responses of this connection when it is there."""
        self.channel.adj = copy(self.channel.adj)
        self.channel.adj.send_bytes = 1

    def build_response_header(self) -> bytes:
        """Return the head of the response, with `x-amz-*` headers in lower case."""
        return _AMZ_HEADER.sub(lambda match: match[0].lower(), super().build_response_header())


class Channel(HTTPChannel):
    """A connection that uses these classes."""

    parser_class = Parser
    task_class = Task
