"""One local cloud for every program of this folder."""

from __future__ import annotations

import shutil

import pytest

from tests.integration.foreign.shell import PROGRAMS, Shell


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A local cloud that runs nothing else."""
    folder = tmp_path_factory.mktemp("foreign") / "home"
    yield folder
    Shell(folder.parent, folder)("bulkhead destroy || bulkhead destroy --force")


@pytest.fixture
def shell(home, tmp_path):
    """Copy a program, and return a shell in its folder."""

    def copied(name):
        shutil.copytree(PROGRAMS / name, tmp_path / name)
        return Shell(tmp_path / name, home)

    return copied
