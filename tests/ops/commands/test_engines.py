"""`bulkhead engines` lists the engines and installs those that the lock file pins."""

import pytest
from typer.testing import CliRunner

from localcloud import off
from localcloud.engines.catalog import LISTED
from localcloud.layout import Layout
from ops.commands.engines import app
from ops.errors import CommandError


@pytest.fixture
def bulkhead(tmp_path, monkeypatch):
    """Run `bulkhead engines` on a machine with nothing on PATH and an empty cache."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BULKHEAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("BULKHEAD_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("ops.screen.out.width", 200)
    return lambda *words: CliRunner().invoke(app, words)


def test_every_engine_is_listed_with_its_state_and_how_to_get_it(bulkhead, tmp_path, capsys):
    off.write(Layout(tmp_path / "home"), {"prices": "off: needs memcached: install it"})

    answer = bulkhead()

    printed = [line for line in answer.stdout.splitlines() if line.strip()]
    lines = {line.split()[0]: line for line in printed}
    assert answer.exit_code == 0
    assert set(LISTED) <= set(lines)
    assert "11.4.5   not installed  149 MB" in lines["mariadb"]
    assert "mariadb: run bulkhead engines add mariadb" in printed
    assert "installed" in lines["valkey"]
    assert "not installed" not in lines["valkey"]
    assert "The service prices is off: needs memcached: install it" in answer.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lamp", "'lamp' is not an engine: write one of postgresql, mariadb, valkey, memcached"),
        ("memcached", "memcached is not installed by this command: install memcached with"),
    ],
)
def test_what_cannot_be_added_is_refused_with_what_to_do(bulkhead, name, message):
    answer = bulkhead("add", name)

    assert isinstance(answer.exception, CommandError)
    assert message in str(answer.exception)


def test_an_installed_engine_is_left_as_it_is(bulkhead, capsys):
    assert bulkhead("add", "valkey").exit_code == 0
