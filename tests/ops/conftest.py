"""An environment in a folder of its own, and an engine that is there."""

from __future__ import annotations

import contextlib

import pytest

from localcloud.backend.migration import open_store
from localcloud.engine.find import Engine
from localcloud.engine.version import Version
from localcloud.layout import Layout
from ops import main


@pytest.fixture
def layout(tmp_path, monkeypatch):
    """Return a layout that the commands under test use, too."""
    home = tmp_path / "home"
    monkeypatch.setenv("BULKHEAD_HOME", str(home))
    return Layout(home)


@pytest.fixture
def save_deployment(layout):
    """Write the state of the stack `local`."""

    def save(deployment):
        with contextlib.closing(open_store(layout)) as store:
            store.create_stack("bulkhead", "local", {}, {"version": 3, "deployment": deployment})

    return save


@pytest.fixture
def save_state(save_deployment):
    """Write a state of the stack `local`: resources as (type, parent's name, id, outputs)."""

    def save(*resources):
        root = "urn:pulumi:local::bulkhead::"
        listed = [
            {
                "urn": f"{root}{type_}::{number}",
                "type": type_,
                "parent": f"{root}component::{parent}",
                "id": id_,
                "outputs": outputs,
            }
            for number, (type_, parent, id_, outputs) in enumerate(resources)
        ]
        save_deployment({"resources": listed})

    return save


@pytest.fixture
def built(tmp_path):
    """Return an engine that was built from modules: it needs our language host."""
    return Engine(tmp_path / "cli" / "pulumi", Version(3, 259, 0), tmp_path / "cli" / "executor")


@pytest.fixture
def vendors(tmp_path):
    """Return an engine that has its own language host."""
    return Engine(tmp_path / "cli" / "pulumi", Version(3, 259, 0), executor=None)


@pytest.fixture
def bulkhead(layout, monkeypatch, capsys):
    """Run the command and return its exit code, its output and its complaints."""

    def run(*words):
        monkeypatch.setattr("sys.argv", ["bulkhead", *words])
        with pytest.raises(SystemExit) as caught:
            main.main()
        printed = capsys.readouterr()
        return caught.value.code, printed.out, printed.err

    return run
