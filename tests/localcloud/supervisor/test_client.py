"""What starting the local cloud says before it starts anything."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from localcloud import ports
from localcloud.layout import ROOT, Layout
from localcloud.supervisor import client
from localcloud.supervisor.code import digest


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path / "home")


def test_a_remembered_port_that_another_program_took_is_named_with_it(layout, monkeypatch):
    monkeypatch.setattr(client, "PORT_SECONDS", 0.0)
    port = ports.claim(layout, "workers")

    with (
        socket.create_server((ports.HOST, port)),
        pytest.raises(client.SupervisorError) as caught,
    ):
        client.start(layout)

    message = str(caught.value)
    assert f"port {port} on 127.0.0.1, assigned to workers, is in use by" in message
    assert f"(process {os.getpid()})" in message
    assert not client.is_running(layout)


def test_a_daemon_whose_folder_was_deleted_is_found_and_stopped(layout):
    command = [sys.executable, "-m", "localcloud.supervisor", "start"]
    home = {"BULKHEAD_HOME": str(layout.home)}
    subprocess.run(command, check=True, env=os.environ | home, cwd=ROOT, capture_output=True)
    (daemon,) = client.daemons(layout)
    family = [daemon, *daemon.children(recursive=True)]
    shutil.rmtree(layout.home)

    stopped = client.stop(layout)

    assert stopped
    assert not any(one.is_running() for one in family)
    assert client.daemons(layout) == []
    assert not client.stop(layout)


def test_a_local_cloud_with_other_code_is_restarted(layout, monkeypatch):
    try:
        before = client.start(layout)
        same = client.start(layout)
        monkeypatch.setattr(client, "digest", lambda: "of the next version")
        said = []
        after = client.start(layout, said.append)
    finally:
        client.stop(layout)

    assert same["pid"] == before["pid"]
    assert after["pid"] != before["pid"]
    assert said[0] == "its code has changed: restarting"


def test_the_digest_follows_content_and_not_bytecode(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "one.py").write_text("ONE = 1")
    before = digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "one.pyc").write_bytes(b"compiled")

    same = digest(tmp_path)
    (tmp_path / "part" / "one.py").write_text("ONE = 2")

    assert same == before != digest(tmp_path)
