from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from localcloud.control.server import THREADS
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


def test_nobody_else_can_read_what_it_keeps(tmp_path):
    process = ControlProcess(tmp_path / "home")
    process.start()
    process.client("sqs").create_queue(QueueName="q")

    made = [process.layout.home, process.layout.data, *process.layout.data.rglob("*")]
    open_to_others = [path.name for path in made if path.stat().st_mode & 0o077]
    process.kill()

    assert {"cloud.sqlite", "cloud.sqlite-wal"} <= {path.name for path in made}
    assert open_to_others == []


def test_calls_are_answered_while_more_polls_wait_than_there_are_threads(process):
    process.start()
    sqs = process.client("sqs")
    queue = sqs.create_queue(QueueName="quiet")["QueueUrl"]
    body = json.dumps({"QueueUrl": queue, "WaitTimeSeconds": 20}).encode()
    head = (
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "X-Amz-Target: AmazonSQS.ReceiveMessage\r\n"
        "Authorization: AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/sqs/aws4_request, x\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()

    with contextlib.ExitStack() as stack:
        for _ in range(THREADS + 20):
            poll = stack.enter_context(socket.create_connection(("127.0.0.1", process.port)))
            poll.sendall(head + body)
        started = time.monotonic()
        sqs.list_queues()
        waited = time.monotonic() - started
        poll.settimeout(15)
        answer = poll.recv(4096)

    assert waited < 10
    assert answer.startswith(b"HTTP/1.1 200")


def test_settings_for_moto_in_the_shell_that_started_it_change_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    process = ControlProcess(tmp_path)

    process.start()
    found = process.client("iam").list_policies()["Policies"]
    process.kill()

    assert found == []
