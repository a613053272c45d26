"""The examples in a running local cloud, as a person uses them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import cached_property

import requests

from localcloud import off
from localcloud.engines import desired
from localcloud.engines.catalog import ENGINES
from localcloud.layout import ROOT
from localcloud.supervisor import client
from spec.catalogue import load_catalogue

EXAMPLES = ROOT / "examples" / "services"
UP = ("up", "--services", "examples/services")
ENTRANCES = {"fargate": "shop", "lambda": "api"}
REQUEST_SECONDS, RECOVERY_SECONDS, PAUSE_SECONDS = 20, 60, 0.2


class Gallery:
    """The local cloud in a home of its own, with the services of the examples or of a folder."""

    def __init__(self, layout, folder=EXAMPLES, **variables):
        self.layout = layout
        self.specs = load_catalogue(folder).services
        self.variables = {"BULKHEAD_HOME": str(layout.home), "COLUMNS": "200"} | variables

    def bulkhead(self, *words, code=0, typed=""):
        """Run the command, which must end with *code*, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "ops", *words],
            cwd=ROOT,
            env=os.environ | self.variables,
            input=typed,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, f"{words}:\n{printed[-3000:]}"
        return printed

    def status(self, code=0):
        """Return the report of `bulkhead status`, which must end with *code*."""
        printed = self.bulkhead("status", "--json", code=code)
        return json.loads(printed)

    @cached_property
    def off(self):
        """The services that do not run for lack of an engine, with the reason."""
        return dict(off.read(self.layout))

    @cached_property
    def endpoints(self):
        return self.status()["endpoints"]

    @cached_property
    def token(self):
        return self.bulkhead("token", "reader").strip()

    def request(self, method, name, entry, **how):
        """Send a request about an entry to a service, as a reader."""
        url = f"{self.endpoints[ENTRANCES[self.specs[name].compute.KIND]]}/{name}/{entry}"
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, url, headers=headers, timeout=REQUEST_SECONDS, **how)

    def engines(self, name):
        """Return the engines of the stores of a service."""
        return {one.engine for one in self._servers(name)}

    def processes(self, name):
        """Return the names of the processes that keep the stores of a service."""
        names = [ENGINES[one.engine].process_name(one.identifier) for one in self._servers(name)]
        return names or ["control"]  # the emulated AWS keeps them

    def _servers(self, name):
        starts = tuple(f"local-{name}-{store}-" for store in self.specs[name].stores)
        servers = list(desired.servers(self.layout))
        return [one for one in servers if one.service == name or one.identifier.startswith(starts)]

    def kill(self, process):
        """Kill a process of the local cloud, and return when the supervisor has restarted it."""
        before = self._process(process)
        os.kill(before["pid"], signal.SIGKILL)
        eventually(
            lambda: (
                (now := self._process(process))["state"] == "ready" and now["pid"] != before["pid"]
            )
        )

    def _process(self, name):
        [found] = [one for one in client.status(self.layout)["processes"] if one["name"] == name]
        return found


def eventually(holds):
    """Return the first true value of *holds*."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(PAUSE_SECONDS)
    return found
