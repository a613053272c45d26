"""Fixtures for the tests of every service."""

import importlib
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from kit.testing.tokens import token

from builders.build import build
from ops.artifacts import sources

SERVICES = Path(__file__).resolve().parent


@pytest.fixture
def import_fresh(monkeypatch):
    """Import a module from a folder, as a process that has only these folders would."""

    def load(name, *folders):
        before = dict(sys.modules)
        for own in [n for n in before if n.split(".")[0] in {"kit", "handler"}]:
            del sys.modules[own]
        for folder in reversed(folders):
            monkeypatch.syspath_prepend(str(folder))
        return importlib.import_module(name)

    return load


@pytest.fixture
def kit(import_fresh):
    return lambda name: import_fresh(f"kit.{name}", SERVICES)


@pytest.fixture(name="token")
def _token():
    return token


@pytest.fixture(scope="session")
def call():
    """Send one request; return status, body and headers."""

    def send(method, url, body=None, headers=None):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers or {}, method=method)
        request.add_header("content-type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read()), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read()), error.headers

    return send


@pytest.fixture(scope="session")
def artifacts(request):
    """A folder for builds that later runs of the tests use again."""
    return request.config.cache.mkdir("bulkhead-services")


@pytest.fixture(scope="session")
def built(artifacts):
    """The shop, built for this machine; the first run installs from the package index."""
    return json.loads(build("local", sources(), artifacts).read_text())
