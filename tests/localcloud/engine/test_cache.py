"""The cache holds complete engines, or none."""

import threading
import time

import pytest

from localcloud.engine import cache


def test_a_key_appears_when_the_block_ended_well(tmp_path):
    with cache.creating(tmp_path, "v1") as folder:
        (folder / "pulumi").write_text("x")
        seen_during = (tmp_path / "v1").exists()

    assert not seen_during
    assert (tmp_path / "v1" / "pulumi").read_text() == "x"


def test_a_failed_block_leaves_nothing(tmp_path):
    def fail():
        with cache.creating(tmp_path, "v1") as folder:
            (folder / "pulumi").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert [path.name for path in tmp_path.iterdir()] == ["v1.lock"]


def test_of_two_that_make_one_key_the_second_waits_and_makes_nothing(tmp_path):
    entered = threading.Event()
    got = []

    def first():
        with cache.creating(tmp_path, "v1") as folder:
            entered.set()
            time.sleep(0.1)
            (folder / "pulumi").write_text("first")

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait(5)
    with cache.creating(tmp_path, "v1") as folder:
        got.append(folder)
    thread.join()

    assert got == [None]
    assert (tmp_path / "v1" / "pulumi").read_text() == "first"


def test_the_key_changes_with_the_pins(tmp_path):
    (tmp_path / "go.mod").write_text("require (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.259.0\n)\n")
    (tmp_path / "go.sum").write_text("a")
    before = cache.built_key(tmp_path)

    (tmp_path / "go.sum").write_text("b")

    assert before.startswith("v3.259.0-")
    assert cache.built_key(tmp_path) != before


def test_the_folder_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("BULKHEAD_CACHE_DIR", str(tmp_path))

    assert cache.folder() == tmp_path / "engine"


def test_the_folder_is_outside_of_the_checkout_by_default(monkeypatch):
    monkeypatch.delenv("BULKHEAD_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/tmp/somebody")

    assert str(cache.folder()) == "/var/tmp/somebody/bulkhead/engine"
