"""Ports of environments on one machine."""

import shutil
import socket

import pytest

from localcloud import ports
from localcloud.layout import Layout


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BULKHEAD_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def three(monkeypatch):
    """Leave three ports that can be bound."""
    with socket.create_server((ports.HOST, 0)) as probe:
        first = probe.getsockname()[1]
    found = range(first, first + 3)
    monkeypatch.setattr(ports, "CHOICES", found)
    monkeypatch.setattr(ports, "_can_bind", lambda port: port in found)
    return found


def test_a_name_keeps_its_port(tmp_path):
    layout = Layout(tmp_path / "one")

    assert ports.claim(layout, "aws") == ports.claim(layout, "aws")
    assert ports.claim(layout, "aws") != ports.claim(layout, "console")


def test_a_port_of_an_environment_that_is_down_is_not_given_to_another(tmp_path, three):
    down, new = Layout(tmp_path / "down"), Layout(tmp_path / "new")
    kept = {ports.claim(down, name) for name in ("aws", "console")}

    assert {ports.claim(new, "aws")} == set(three) - kept


def test_the_ports_of_an_environment_that_is_gone_are_free(tmp_path, three):
    gone, new = Layout(tmp_path / "gone"), Layout(tmp_path / "new")
    for name in ("aws", "console", "state"):
        ports.claim(gone, name)
    shutil.rmtree(gone.home)

    assert {ports.claim(new, name) for name in ("aws", "console", "state")} == set(three)


def test_a_released_port_is_free(tmp_path, three):
    one, other = Layout(tmp_path / "one"), Layout(tmp_path / "other")
    for name in ("aws", "console", "state"):
        ports.claim(one, name)
    released = ports.claim(one, "console")
    ports.release(one, "console")

    assert ports.claim(other, "aws") == released


def test_environments_that_are_down_leave_no_one_without_a_port(tmp_path, three):
    down, new = Layout(tmp_path / "down"), Layout(tmp_path / "new")
    for name in ("aws", "console", "state"):
        ports.claim(down, name)

    assert ports.claim(new, "aws") in three


def test_a_cache_that_cannot_be_written_hinders_nobody(tmp_path):
    (tmp_path / "cache").write_text("not a folder")

    assert ports.claim(Layout(tmp_path / "one"), "aws") in ports.CHOICES
