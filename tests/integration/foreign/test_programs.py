"""Programs that strangers wrote run on the local cloud by the commands of the page about them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3
import pytest

from localcloud.layout import ROOT
from tests.integration.docs.test_readme import blocks

pytestmark = pytest.mark.integration

PROGRAMS = Path(__file__).parent / "programs"
PAGE = ROOT / "docs" / "foreign-programs.md"
TOOLS = Path(sys.executable).parent
COMMANDS = [one.commands for one in blocks(PAGE) if "tested" in one.marks]
UP, STEADY, STATUS, DOWN, PREVIEW = COMMANDS
WAIT_SECONDS = 60


class Shell:
    """Runs commands in the folder of a program, as a person types them."""

    def __init__(self, folder, home):
        self.folder = folder
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

    def outputs(self):
        said = self.with_pulumi("pulumi stack output --json --show-secrets 2>/dev/null")
        return json.loads(said[said.index("{") :])

    def url(self, name):
        return self(f"bulkhead url '{name}'").strip()

    def client(self, service):
        said = self.with_pulumi("echo $AWS_ENDPOINT_URL")
        endpoint = said.split()[-1]
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=endpoint, region_name="eu-west-1", **keys)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A local cloud that runs nothing else."""
    folder = tmp_path_factory.mktemp("foreign") / "home"
    yield folder
    Shell(folder.parent, folder)("bulkhead destroy || bulkhead destroy --force")


@pytest.fixture
def shell(request, home, tmp_path):
    """Copy the program that a test names; whatever happens, its stack is empty afterwards."""
    name = request.node.get_closest_marker("program").args[0]
    shutil.copytree(PROGRAMS / name, tmp_path / name)
    return Shell(tmp_path / name, home)


def program(name):
    return pytest.mark.program(name)


def fetch(url):
    """Return the status and the text of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def steady(shell):
    """Deploy the program, and see that nothing changes after it and after a refresh."""
    shell(UP)
    shell.with_pulumi(STEADY)
    shell.with_pulumi(STEADY)
    return shell.outputs()


def gone(shell):
    """Destroy the program, and see that nothing of it is left."""
    shell.with_pulumi(DOWN)
    assert re.search(r'"resources": \[', shell.with_pulumi("pulumi stack export")) is None


@program("static-site")
def test_a_static_site_is_served(shell):
    outputs = steady(shell)
    address = shell.url(outputs["url"])

    assert fetch(address)[1] == (shell.folder / "www" / "index.html").read_text()
    assert fetch(f"{address}/style.css")[0] == 200
    assert fetch(f"{address}/none.html") == (404, (shell.folder / "www" / "error.html").read_text())
    gone(shell)
