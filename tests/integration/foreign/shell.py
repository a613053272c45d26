"""A shell in the folder of a program, and what the tests of programs do in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3

from localcloud.layout import ROOT
from tests.integration.docs.test_readme import blocks

PROGRAMS = Path(__file__).parent / "programs"
PAGE = ROOT / "docs" / "foreign-programs.md"
TOOLS = Path(sys.executable).parent
COMMANDS = [one.commands for one in blocks(PAGE) if "tested" in one.marks]
UP, STEADY, STATUS, DOWN, PREVIEW = COMMANDS
MARK = "-- result --"


class Shell:
    """Runs commands in the folder of a program, as a person types them."""

    def __init__(self, folder, home):
        self.folder, self.home = folder, home
        kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        path = os.pathsep.join([str(TOOLS), os.environ["PATH"]])
        self._environment = kept | {"BULKHEAD_HOME": str(home), "PATH": path}

    def __call__(self, commands, *, code=0):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def with_pulumi(self, commands, *, code=0):
        """Run *commands* behind the first line of the page."""
        return self(f"{UP.splitlines()[0]}\n{commands}", code=code)

    def outputs(self, commands=""):
        """Run *commands*, and return the outputs of the stack."""
        show = "pulumi stack output --json --show-secrets 2>&-"
        said = self(f"{commands or UP.splitlines()[0]}\necho '{MARK}'\n{show}")
        return json.loads(said.rpartition(MARK)[2])

    def url(self, name):
        return self(f"bulkhead url '{name}'").strip()

    def client(self, service):
        ports = json.loads((self.home / "ports.json").read_text())
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        endpoint = f"http://127.0.0.1:{ports['aws']}"
        return boto3.client(service, endpoint_url=endpoint, region_name="eu-west-1", **keys)


def fetch(url):
    """Return the status and the text of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def steady(program):
    """Deploy *program*, see that it stays as it is, also after a refresh; return its outputs."""
    return program.outputs(UP + STEADY + STEADY)


def gone(program):
    """Destroy *program*, and see that nothing of it is left."""
    said = program.with_pulumi(f"{DOWN}echo '{MARK}'\npulumi stack export")
    assert not json.loads(said.rpartition(MARK)[2])["deployment"].get("resources")
