from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.account import REGION
from localcloud.ports import claim
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.aws.fake_workers import FakeWorkers
from tests.localcloud.telemetry_process import TelemetryProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def cloud(tmp_path_factory) -> Iterator[ControlProcess]:
    """One control process for all tests of the overrides; each uses names of its own."""
    process = ControlProcess(tmp_path_factory.mktemp("cloud"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def telemetry(cloud) -> Iterator[TelemetryProcess]:
    """The telemetry process beside `cloud`: it answers data operations of logs and metrics."""
    with TelemetryProcess(cloud.layout) as running:
        yield running


@pytest.fixture
def workers(cloud) -> Iterator[FakeWorkers]:
    with FakeWorkers(claim(cloud.layout, "workers")) as running:
        yield running


@pytest.fixture
def make_function(cloud) -> Callable[..., dict[str, Any]]:
    def make(
        name: str,
        code: str = "def handler(e, c): return e",
        *,
        region: str = REGION,
        **settings: Any,
    ) -> Any:
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        role = cloud.client("iam").create_role(
            RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(trust)
        )["Role"]["Arn"]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("main.py", code)
        return cloud.client("lambda", region).create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role,
            Handler="main.handler",
            Code={"ZipFile": buffer.getvalue()},
            **settings,
        )

    return make
