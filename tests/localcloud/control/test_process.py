from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from tests.localcloud.aws.control_process import ControlProcess


@pytest.fixture
def process(tmp_path):
    found = ControlProcess(tmp_path)
    yield found
    if found.process is not None:
        found.kill()


def test_a_port_in_use_is_named_and_the_exit_code_is_one(process):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", process.port))
        taken.listen()

        found = subprocess.run(
            [sys.executable, "-m", "localcloud.control"],
            env={**os.environ, "BULKHEAD_HOME": str(process.layout.home)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert found.returncode == 1
    assert str(process.port) in found.stderr
    assert "in use" in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_a_signal_ends_it_cleanly_even_while_somebody_waits(process):
    process.start()
    version = process.request("GET", "changes?since=0&timeout=0")[1]["version"]
    waiting = threading.Thread(
        target=lambda: process.request("GET", f"changes?since={version}&timeout=25")
    )
    waiting.start()
    time.sleep(0.1)

    assert process.stop() == 0

    waiting.join()


def test_it_ends_when_the_supervisor_is_gone(process):
    child = subprocess.Popen(
        [sys.executable, "-m", "localcloud.control"],
        env={
            **os.environ,
            "BULKHEAD_HOME": str(process.layout.home),
            "BULKHEAD_SUPERVISED": "1",
        },
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    child.stdin.close()

    assert child.wait(timeout=20) == 0


def test_state_of_another_version_is_set_aside_and_said_so(process):
    process.start()
    process.client("sqs").create_queue(QueueName="old")
    assert process.stop() == 0
    path = process.layout.data / "cloud.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("update meta set value = 'format 1, moto 4.0.0'")
    connection.close()

    process.start()

    assert "QueueUrls" not in process.client("sqs").list_queues()
    assert (process.layout.data / "cloud.format-1-moto-4.0.0").exists()
    assert (
        "was written by format 1, moto 4.0.0" in (process.layout.home / "control.log").read_text()
    )


def test_settings_for_moto_in_the_shell_that_started_it_change_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    process = ControlProcess(tmp_path)

    process.start()
    found = process.client("iam").list_policies()["Policies"]
    process.kill()

    assert found == []
