"""Workers that answer as a test says, and remember what they were asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class FakeWorkers:
    port: int
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    trace_headers: list[str] = field(default_factory=list)
    answer: Callable[[str, Any], tuple[dict[str, str], bytes]] = lambda _path, body: (
        {},
        json.dumps(body).encode(),
    )

    def __enter__(self) -> Self:
        workers = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size) or b"null")
                kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
                workers.calls.append((self.path, kind, body))
                workers.trace_headers.append(self.headers.get("X-Amzn-Trace-Id", ""))
                headers, answer = workers.answer(self.path, body)
                self.send_response(202 if kind == "Event" else 200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((HOST, self.port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
