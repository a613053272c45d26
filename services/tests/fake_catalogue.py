"""A fake catalogue, which is a fake of the delivery service too, for tests of their callers."""

import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit

from localcloud import ports


class Catalogue:
    """Serves prices by SKU, and estimates, over HTTP; it can be made slow or fail."""

    def __init__(self):
        self.prices = {"lamp": 4900, "sofa": 90000}
        self.broken = False
        self.arrives_on = "2026-12-01"
        self.headers = {}
        self.asked = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.asked += 1
                asked = urlsplit(self.path)
                skus = [sku for sku in parse_qs(asked.query).get("sku", ()) if sku in outer.prices]
                found = {
                    "items": [
                        {"sku": sku, "price_cents": outer.prices[sku], "name": sku.title()}
                        for sku in skus
                    ]
                }
                if asked.path == "/estimates":
                    outer.headers = {name.lower(): value for name, value in self.headers.items()}
                    found = {"arrives_on": outer.arrives_on}
                status = 500 if outer.broken else 200
                body = json.dumps(found).encode()
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
