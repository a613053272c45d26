"""An emulated AWS for the workers' tests: plain moto, and the few routes of the control plane."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import urlopen

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from localcloud.keep_running import keep_running
from localcloud.layout import ROOT, Layout
from localcloud.ports import claim, is_listening
from localcloud.runtime.context import worker_context
from localcloud.runtime.functions import interpreter
from localcloud.runtime.workers.server import serving


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        """Say nothing."""


class Cloud:
    """What the tests do to an emulated AWS, whichever it is."""

    url: str

    def client(self, service, region="eu-west-1"):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def change(self, *services):
        """Say that something changed, where that is not noticed."""

    def keep(self, archive):
        """Have code at hand, where nobody else does."""

    def function(self, name, source, *, region="eu-west-1", **settings):
        """Create a function whose `handler.handler` is in *source*."""
        archive = archive_of(source)
        self.keep(archive)
        answer = self.client("lambda", region).create_function(
            **{
                "FunctionName": name,
                "Runtime": "python3.13",
                "Handler": "handler.handler",
                "Role": self.role(),
                "Timeout": 3,
                "Code": {"ZipFile": archive},
                **settings,
            }
        )
        self.change("lambda")
        return answer["FunctionArn"]

    def new_code(self, name, source, *, publish=False):
        archive = archive_of(source)
        self.keep(archive)
        answer = self.client("lambda").update_function_code(
            FunctionName=name, ZipFile=archive, Publish=publish
        )
        self.change("lambda")
        return answer

    def role(self):
        iam = self.client("iam")
        try:
            return iam.get_role(RoleName="function")["Role"]["Arn"]
        except iam.exceptions.NoSuchEntityException:
            created = iam.create_role(RoleName="function", AssumeRolePolicyDocument="{}")
            return created["Role"]["Arn"]


class FakeCloud(Cloud):
    """moto behind a change feed that the test pushes, and code that can be fetched."""

    def __init__(self):
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._version = 0
        self._changed = threading.Condition()
        self._services: list[str] = []
        self.codes: dict[str, bytes] = {}
        self.overlay: dict[str, dict] = {}
        self.server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Quiet)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def keep(self, archive):
        self.codes[hashlib.sha256(archive).hexdigest()] = archive

    def change(self, *services):
        with self._changed:
            self._version += 1
            self._services = list(services)
            self._changed.notify_all()

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/_bulkhead/changes":
            return self._changes(environ, start_response)
        if path.startswith("/_bulkhead/functions/code/"):
            start_response("200 OK", [])
            return [self.codes[path.rpartition("/")[2]]]
        is_read = environ["REQUEST_METHOD"] == "GET" and path.startswith("/2015-03-31/functions/")
        if is_read and path.count("/") == 3:
            return self._function(environ, start_response)
        return self._moto(environ, start_response)

    def _changes(self, environ, start_response):
        query = {k: v[-1] for k, v in parse_qs(environ["QUERY_STRING"]).items()}
        since = int(query["since"])
        with self._changed:
            self._changed.wait_for(lambda: self._version > since, float(query["timeout"]))
            services = self._services if self._version > since else []
            answer = {"version": self._version, "services": services}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _function(self, environ, start_response):
        told = []
        body = b"".join(self._moto(environ, lambda *a: told.extend(a)))
        answer = json.loads(body)
        if "Configuration" in answer:
            digest = base64.b64decode(answer["Configuration"]["CodeSha256"]).hex()
            location = f"{self.url}/_bulkhead/functions/code/{digest}"
            answer["Code"] = {"Location": location}
            answer["Configuration"] |= self.overlay.get(answer["Configuration"]["FunctionName"], {})
            body = json.dumps(answer).encode()
        headers = [(k, v) for k, v in told[1] if k.lower() != "content-length"]
        start_response(told[0], [*headers, ("Content-Length", str(len(body)))])
        return [body]


def archive_of(source):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), source)
    return buffer.getvalue()


@contextmanager
def fake_cloud():
    cloud = FakeCloud()
    thread = threading.Thread(target=cloud.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    cloud.client("sts").get_caller_identity()
    try:
        yield cloud
    finally:
        cloud.server.shutdown()
        thread.join()
        cloud.server.server_close()


@contextmanager
def control_plane(home):
    """Run the real control plane."""
    layout, cloud = Layout(home), Cloud()
    cloud.url = f"http://127.0.0.1:{claim(layout, 'aws')}"
    environment = {**os.environ, "BULKHEAD_HOME": str(home), "BULKHEAD_SUPERVISED": "1"}
    with (home / "control.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localcloud.control"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=ROOT,
        )
    try:
        deadline = time.monotonic() + 30
        while not is_listening(claim(layout, "aws")) or not _healthy(cloud.url):
            assert process.poll() is None, (home / "control.log").read_text()
            assert time.monotonic() < deadline, (home / "control.log").read_text()
            time.sleep(0.05)
        yield cloud
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(20)


def _healthy(url):
    try:
        with urlopen(f"{url}/_bulkhead/health", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def layout_with_interpreter(home):
    """Return a layout whose functions run in the tests' own interpreter: nothing to download."""
    layout = Layout(home)
    folder = home / "function-runtime"
    folder.mkdir(parents=True)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", folder / "pyvenv.cfg")
    for part in ("bin", "lib"):
        (folder / part).symlink_to(Path(sys.prefix) / part)
    (folder / interpreter.STAMP).write_text(interpreter._wanted())
    return layout


@asynccontextmanager
async def workers(layout, cloud, **parts):
    """Run *parts* in this process until the block ends."""
    async with worker_context(layout, cloud.url) as context, serving(context, parts):
        running = asyncio.create_task(keep_running(context, parts))
        while set(parts) - context.parts_ready:
            await asyncio.sleep(0.005)
        try:
            yield context
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def eventually(condition, seconds=10):
    """Return the first true thing that *condition*, awaitable or not, returns."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.02)
