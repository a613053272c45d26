"""The provider that `preview` starts."""

from __future__ import annotations

import subprocess
import sys

from localcloud.layout import ROOT
from tests.localcloud.provider.stage import Stage


def test_a_plan_server_prints_its_ports_and_ends_with_its_parent():
    command = [sys.executable, "-m", "localcloud.provider", "--plan"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        port, beside = map(int, process.stdout.readline().split())
        stage = Stage(port, stack="prod")

        zones = stage.invoke("aws:index/getAvailabilityZones:getAvailabilityZones")
        stage.close()
        process.stdin.close()

        assert process.wait(10) == 0
        assert zones["names"]
        assert beside not in (0, port)
