"""Which CLI is found, and which is passed over."""

import os

import pytest

from localcloud.engine import cache as caches
from localcloud.engine.find import Engine, cached, find, on_path, version_of
from localcloud.engine.version import Version, pinned
from localcloud.engine.wrappers import write_command


@pytest.fixture
def built(cli):
    """Put an engine into the cache as a build leaves it."""

    def put(cache):
        folder = cache / caches.built_key()
        cli(folder, str(pinned()))
        (folder / "pulumi-language-python-exec").write_text("")
        return folder

    return put


def test_a_new_cli_with_its_own_language_host_is_taken_from_path(tmp_path, cli):
    path = cli(tmp_path, "v3.300.1")

    found = on_path(str(tmp_path))

    assert found == Engine(path, Version(3, 300, 1), executor=None)


def test_the_oldest_that_serves_is_taken(tmp_path, cli):
    cli(tmp_path, "v3.231.0")

    assert on_path(str(tmp_path)) is not None


@pytest.mark.parametrize("version", ["v3.230.9", "", "broken"])
def test_a_cli_that_is_too_old_or_says_nothing_is_passed_over(tmp_path, cli, version):
    cli(tmp_path / "first", version)
    good = cli(tmp_path / "second", "v3.259.0")

    found = on_path(os.pathsep.join([str(tmp_path / "first"), str(tmp_path / "second")]))

    assert found is not None
    assert found.cli == good


def test_a_cli_without_a_language_host_is_passed_over(tmp_path, cli):
    cli(tmp_path, "v3.259.0", language_host=False)

    assert on_path(str(tmp_path)) is None


def test_a_language_host_elsewhere_on_path_serves(tmp_path, cli, script):
    cli(tmp_path / "a", "v3.259.0", language_host=False)
    script(tmp_path / "b" / "pulumi-language-python", "exit 0")

    assert on_path(os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")])) is not None


def test_our_own_wrapper_on_path_is_not_mistaken_for_a_cli(tmp_path):
    write_command(tmp_path / "pulumi", "echo v3.259.0")
    write_command(tmp_path / "pulumi-language-python", "exit 0")

    assert on_path(str(tmp_path)) is None


def test_a_cli_that_cannot_be_started_has_no_version(tmp_path):
    assert version_of(tmp_path / "pulumi") is None


def test_path_wins_over_the_cache(tmp_path, cli, built):
    on_the_path = cli(tmp_path / "bin", "v3.300.0")
    built(tmp_path / "cache")

    found = find(tmp_path / "cache", str(tmp_path / "bin"))

    assert found is not None
    assert found.cli == on_the_path


def test_a_built_engine_is_found_in_the_cache_with_its_executor(tmp_path, built):
    folder = built(tmp_path)

    found = find(tmp_path, "")

    executor = folder / "pulumi-language-python-exec"
    assert found == Engine(folder / "pulumi", pinned(), executor)


def test_an_installed_engine_in_the_cache_uses_its_own_language_host(tmp_path, cli):
    folder = tmp_path / caches.installed_key()
    cli(folder, str(pinned()))

    assert cached(tmp_path) == Engine(folder / "pulumi", pinned(), executor=None)


def test_an_incomplete_engine_in_the_cache_does_not_count(tmp_path, cli):
    cli(tmp_path / caches.built_key(), str(pinned()))

    assert cached(tmp_path) is None
