"""A fake catalogue for tests of its callers."""

import http.server
import json
import threading

from localcloud import ports


class Catalogue:
    """Serves prices by SKU over HTTP; it can be made slow or fail."""

    def __init__(self):
        self.prices = {"lamp": 4900, "sofa": 90000}
        self.broken = False
        self.asked = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.asked += 1
                price = outer.prices.get(self.path.rsplit("/", 1)[-1])
                status = 500 if outer.broken else 404 if price is None else 200
                body = json.dumps({"price_cents": price}).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((ports.HOST, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{ports.HOST}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
