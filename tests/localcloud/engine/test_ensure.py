"""The ways to get an engine, one after the other."""

from pathlib import Path

import pytest

from localcloud.engine import cache as caches
from localcloud.engine import prefetch as early
from localcloud.engine.build import BuildError
from localcloud.engine.ensure import EngineMissingError, ensure
from localcloud.engine.find import Engine
from localcloud.engine.install import install
from localcloud.engine.progress import silent
from localcloud.engine.version import pinned
from localcloud.layout import ROOT

FAKE_GO = """
case "$1 $2" in
  "list -deps") printf 'one\\ntwo\\nthree\\n' ;;
  "list -m") echo "{sdk}" ;;
  build*)
    while [ "$1" != -o ]; do shift; done
    echo one >&2; echo two >&2
    printf '#!/bin/sh\\necho {version}\\n' > "$2"
    chmod +x "$2"
    {after} ;;
esac
"""


@pytest.fixture
def go(tmp_path, script):
    """Put a `go` that makes a script instead of a CLI on a PATH of its own."""

    def make(*, version=None, after=":"):
        sdk = tmp_path / "sdk"
        (sdk / "python" / "cmd").mkdir(parents=True)
        (sdk / "python" / "cmd" / "pulumi-language-python-exec").write_text("executor")
        text = FAKE_GO.format(sdk=sdk, version=version or pinned(), after=after)
        script(tmp_path / "go" / "go", text)
        return f"{tmp_path / 'go'}:/usr/bin:/bin"

    return make


def unreachable(_cache, _progress):
    return None


def test_the_installer_comes_before_the_build(tmp_path, go):
    expected = Engine(tmp_path / "pulumi", pinned(), executor=None)

    got = ensure(cache=tmp_path, path=go(), installer=lambda _cache, _progress: expected)

    assert got is expected


def test_an_engine_is_built_where_the_vendor_cannot_be_reached(tmp_path, go):
    seen = []

    got = ensure(
        lambda what, done=0, total=0: seen.append((what, done, total)),
        cache=tmp_path / "cache",
        path=go(),
        installer=unreachable,
    )

    folder = tmp_path / "cache" / caches.built_key()
    assert got == Engine(folder / "pulumi", pinned(), folder / "pulumi-language-python-exec")
    assert got.executor.read_text() == "executor"
    assert [(done, total) for _, done, total in seen] == [(0, 0), (1, 3), (2, 3)]


def test_what_was_built_once_is_not_built_again(tmp_path, go):
    first = ensure(cache=tmp_path / "cache", path=go(), installer=unreachable)

    second = ensure(cache=tmp_path / "cache", path="", installer=unreachable)

    assert second == first


def test_a_failed_build_shows_why_and_leaves_nothing_in_the_cache(tmp_path, go):
    path = go(after="echo 'missing go.sum entry' >&2; exit 1")

    with pytest.raises(BuildError, match=r"missing go\.sum entry"):
        ensure(cache=tmp_path / "cache", path=path, installer=unreachable)

    assert not (tmp_path / "cache" / caches.built_key()).exists()


def test_a_cli_with_the_wrong_stamp_is_not_kept(tmp_path, go):
    with pytest.raises(BuildError, match=r"reports version v1\.2\.3, not"):
        ensure(cache=tmp_path / "cache", path=go(version="v1.2.3"), installer=unreachable)

    assert not (tmp_path / "cache" / caches.built_key()).exists()


def test_with_neither_a_cli_nor_go_one_message_names_both_ways(tmp_path):
    with pytest.raises(EngineMissingError) as caught:
        ensure(cache=tmp_path, path=str(tmp_path), installer=unreachable)

    message = str(caught.value)
    assert "https://www.pulumi.com/docs/install/" in message
    assert "https://go.dev/doc/install" in message


def test_an_installer_that_cannot_be_reached_is_given_up_quietly(tmp_path):
    assert install(tmp_path, silent, url="http://127.0.0.1:1/") is None
    assert list(tmp_path.iterdir()) == []


def pins(*files):
    """Return the pinned lines of requirements files."""
    lines = [line for file in files for line in (ROOT / file).read_text().splitlines()]
    return {line.split(" ")[0] for line in lines if "==" in line}


def test_the_bootstrap_pins_what_the_requirements_pin():
    assert pins("requirements-bootstrap.txt") <= pins(
        "requirements.txt", "localcloud/requirements.txt"
    )


@pytest.mark.parametrize(
    ("found", "reachable", "downloads"),
    [(None, False, ["go"]), (None, True, []), ("an engine", False, [])],
    ids=["it will be built", "it will be installed", "it is cached"],
)
def test_modules_are_downloaded_early_where_the_engine_will_be_built(
    go, monkeypatch, found, reachable, downloads
):
    downloaded = []
    monkeypatch.setattr(early, "find", lambda _cache, _path: found)
    monkeypatch.setattr(early, "is_reachable", lambda: reachable)
    monkeypatch.setattr(early, "download", lambda program: downloaded.append(Path(program).name))

    early.prefetch(go())
    early.prefetch("/nowhere")

    assert downloaded == downloads
