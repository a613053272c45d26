"""Processes that serve Pulumi's protocol start without the SDK around its messages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from localcloud.layout import ROOT

PROCESS = """
import sys
from localcloud.engine.protocol import without_sdk
without_sdk()
import {modules}
from pulumi.runtime.proto import language_pb2
print(language_pb2.RunRequest(project="shop").project, "pulumi.resource" in sys.modules)
"""


@pytest.mark.parametrize(
    "modules",
    [
        "localcloud.engine.language.main, localcloud.engine.language.generate",
        "localcloud.provider.server, localcloud.provider.table",
    ],
)
def test_a_server_of_the_protocol_has_the_messages_and_not_the_sdk(modules):
    done = subprocess.run(
        [sys.executable, "-c", PROCESS.format(modules=modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["shop", "False"]
