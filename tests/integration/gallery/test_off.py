"""Services of an engine that is not installed: off until it is, and nothing else is affected."""

import shutil
from pathlib import Path

import pytest

from localcloud.engine import cache
from localcloud.layout import Layout
from tests.integration.gallery.cloud import EXAMPLES, Gallery

pytestmark = pytest.mark.integration
TEXT = {"text": "written"}
NEED = "needs mariadb: run bulkhead engines add mariadb"
SERVICES = ["readings", "visits"]
"""A task with MySQL and a function with Aurora MySQL."""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "services"
    for name in SERVICES:
        shutil.copytree(EXAMPLES / name, made / name)
    shutil.copy(EXAMPLES / "roles.yaml", made)
    return made


@pytest.fixture
def without_mariadb(tmp_path, folder):
    """A local cloud whose cache has Pulumi, and no other engine."""
    if shutil.which("mariadbd"):
        pytest.skip("mariadbd is on PATH: no service is off")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "engine").symlink_to(cache.folder())
    made = Gallery(Layout(tmp_path / "home"), folder, BULKHEAD_CACHE_DIR=str(tmp_path / "cache"))
    yield made
    made.bulkhead("destroy", "--force")


def test_services_are_off_until_the_engine_is_installed(without_mariadb, folder, tmp_path):
    off = without_mariadb
    up = ("up", "--services", str(folder))

    printed = off.bulkhead(*up)
    states = {one["name"]: (one["state"], one["detail"]) for one in off.status()["services"]}
    answers = [off.request("GET", name, "a") for name in SERVICES]
    strict = off.bulkhead(*up, "--strict", code=1)
    _add_mariadb(off, tmp_path)
    off.bulkhead(*up, "--strict")

    assert printed.endswith("".join(f"{name} is off: {NEED}\n" for name in SERVICES))
    assert [states[name] for name in SERVICES] == [("off", NEED)] * 2
    assert [one.status_code for one in answers] == [503, 503]
    assert all(f"is off: {NEED}" in one.text for one in answers)
    assert "Off on this machine: readings, visits" in strict
    for name in SERVICES:
        written = off.request("PUT", name, "a", json=TEXT)
        assert (written.status_code, off.request("GET", name, "a").json()) == (200, TEXT)


def _add_mariadb(gallery, tmp_path):
    """Install it, from the user's cache if it is there."""
    installed = cache.base() / "engines"
    if any(installed.glob("mariadb-*/")):
        Path(tmp_path / "cache" / "engines").symlink_to(installed)
    gallery.bulkhead("engines", "add", "mariadb")
