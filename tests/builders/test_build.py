"""What comes out of a build."""

import hashlib
import json
import os
import subprocess
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import replace

import pytest

from builders import archive, image, packages
from builders import build as builds
from builders.source import Source
from builders.target import LAMBDA_ON_ARM, of_environment

HERE = of_environment("local")
ENGINE = """#!/bin/sh
echo "$@" >> {calls}
case "$1" in
version) exit {code} ;;
buildx) while [ $# -gt 1 ]; do
    if [ "$1" = --metadata-file ]; then
        echo '{{"containerimage.digest": "sha256:abc"}}' > "$2"
    fi
    shift
done ;;
esac
"""


@contextmanager
def collected(said):
    """Collect the messages of a build."""
    yield said.append


@pytest.fixture
def source(tmp_path):
    """A function without requirements, and the library beside it."""
    function, library = tmp_path / "parcels", tmp_path / "kit"
    (function / "tests").mkdir(parents=True)
    (function / "__pycache__").mkdir()
    library.mkdir()
    (function / "handler.py").write_text("def handler(event, context):\n    return event\n")
    (function / "service.yaml").write_text("name: parcels\n")
    (function / "requirements.txt").write_text("# nothing\n")
    (function / "tests" / "test_it.py").write_text("")
    (function / "__pycache__" / "handler.pyc").write_text("")
    (function / ".env").write_text("secret")
    (library / "log.py").write_text("")
    (tmp_path / "schema.json").write_text("{}")
    (function / "events").mkdir()
    (function / "events" / "events.lock").write_text("{}")
    schemas = (("consumed-events/order-placed/1.json", tmp_path / "schema.json"),)
    return Source("parcels", function, (library,), schemas)


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A container engine on PATH that answers, or does not."""

    def install(code=0):
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "docker"
        program.write_text(ENGINE.format(calls=folder / "calls", code=code))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return folder / "calls"

    return install


def test_an_archive_is_the_same_byte_for_byte_wherever_it_is_built(source, tmp_path):
    first, checksum = archive.build(source, HERE, tmp_path / "one")
    for file in source.folder.iterdir():
        os.utime(file, (1, 1))
        file.chmod(0o700)
    second, _ = archive.build(source, HERE, tmp_path / "two")

    assert first.read_bytes() == second.read_bytes()
    assert hashlib.sha256(first.read_bytes()).hexdigest() == checksum


def test_an_archive_holds_the_code_and_the_library_and_nothing_else(source, tmp_path):
    built, _ = archive.build(source, HERE, tmp_path / "out")

    with zipfile.ZipFile(built) as found:
        assert found.namelist() == [
            "consumed-events/order-placed/1.json",
            "handler.py",
            "kit/log.py",
        ]
        assert {entry.external_attr >> 16 for entry in found.infolist()} == {0o100644}


def test_a_change_gives_another_archive_and_leaves_the_first(source, tmp_path):
    before, _ = archive.build(source, HERE, tmp_path / "out")
    (source.folder / "handler.py").write_text("handler = print\n")
    after, _ = archive.build(source, HERE, tmp_path / "out")

    assert before != after
    assert before.exists()


@pytest.mark.parametrize("file", ["parcels/requirements.txt", "kit/log.py", "schema.json"])
def test_everything_that_matters_changes_the_digest(source, tmp_path, file):
    before = source.digest(HERE)

    (tmp_path / file).write_text("# changed\n")

    assert source.digest(HERE) != before


def test_another_target_is_another_artifact(source):
    assert source.digest(HERE) != source.digest(LAMBDA_ON_ARM)
    assert source.digest(LAMBDA_ON_ARM) != source.digest(replace(LAMBDA_ON_ARM, python="3.12"))


def test_requirements_that_cannot_be_installed_are_named(source, tmp_path, monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    (source.folder / "requirements.txt").write_text("no-such-package==1.0 --hash=sha256:00\n")

    with pytest.raises(packages.PackageError, match=r"parcels/requirements.txt cannot be inst"):
        archive.build(source, HERE, tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


def test_an_image_is_built_once_by_the_engine(source, tmp_path, engine):
    calls = engine()

    digests = [image.build_oci(source, LAMBDA_ON_ARM, tmp_path / "out") for _ in range(2)]

    assert image.engine_available()
    assert digests == ["sha256:abc"] * 2
    [built] = [line for line in calls.read_text().splitlines() if line.startswith("buildx")]
    assert "--platform linux/arm64" in built


def test_an_engine_that_does_not_answer_is_none(engine):
    engine(code=1)

    assert not image.engine_available()


def test_a_preview_needs_no_engine_and_says_so(tmp_path, engine, source):
    engine(code=1)
    said = []

    sources = builds.Sources(archives=[], images=[source])
    made = json.loads(
        builds.build("prod", sources, tmp_path, lines=lambda: collected(said)).read_text()
    )

    assert made["images"]["parcels"]["source"] == "preview"
    assert made["images"]["parcels"]["digest"] == image.placeholder_digest(source, LAMBDA_ON_ARM)
    assert any("no container engine is available" in line for line in said)


def test_only_what_changed_is_announced(source, tmp_path):
    other = Source("letters", source.folder, source.libraries)
    sources = builds.Sources(archives=[source, other], images=[source])
    said = []

    def build():
        said.clear()
        builds.build("local", sources, tmp_path / "out", lines=lambda: collected(said))
        return set(said)

    first, second = build(), build()
    (source.folder / "handler.py").write_text("def handler(event, context): ...\n")
    third = build()

    built = {
        "building the function parcels",
        "building the function letters",
        "building the image of parcels",
    }
    installed = {"installing the requirements of parcels"}
    assert (first, second, third) == (built | installed, set(), built)


def test_a_build_without_a_change_starts_no_process(source, tmp_path, monkeypatch):
    sources = builds.Sources(archives=[source], images=[source])
    first = builds.build("local", sources, tmp_path / "out").read_text()

    def refuse(*_arguments, **_options):
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    second = builds.build("local", sources, tmp_path / "out")

    assert second.read_text() == first


def test_artifacts_are_built_concurrently_and_equal_requirements_installed_once(
    source, tmp_path, monkeypatch
):
    others = [Source(name, source.folder) for name in ("letters", "stamps")]
    sources, installed = builds.Sources(archives=[], images=others), []
    both = threading.Barrier(2, timeout=10)
    install = packages.into_environment

    def into_environment(*arguments):
        installed.append(arguments)
        install(*arguments)

    @contextmanager
    def line():
        both.wait()  # passes when two builds have begun
        yield lambda _text: None

    monkeypatch.setattr(packages, "into_environment", into_environment)
    builds.build("local", sources, tmp_path / "out", lines=line)

    assert len(installed) == 1


def test_a_failed_build_raises_and_the_next_one_goes_on(source, tmp_path, monkeypatch):
    broken = Source("letters", tmp_path / "letters")
    broken.folder.mkdir()
    (broken.folder / "requirements.txt").write_text("no-such-package==1.0 --hash=sha256:00\n")
    monkeypatch.setenv("UV_OFFLINE", "1")
    sources = builds.Sources(archives=[source, broken], images=[])

    with pytest.raises(packages.PackageError, match=r"letters/requirements.txt cannot be inst"):
        builds.build("local", sources, tmp_path / "out")
    (broken.folder / "requirements.txt").unlink()
    said = []
    made = builds.build("local", sources, tmp_path / "out", lines=lambda: collected(said))

    assert set(json.loads(made.read_text())["functions"]) == {"parcels", "letters"}
    assert said == ["building the function letters"]
