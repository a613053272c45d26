"""The code that `bulkhead dev` runs is that of the artifact."""

import sys
import zipfile

import pytest

from builders import archive, development, image, packages
from builders.source import Source
from builders.target import of_environment

HERE = of_environment("local")


@pytest.fixture
def source(tmp_path):
    """A service with a library of its own, named like a package that it requires."""
    folder, kit = tmp_path / "parcels", tmp_path / "kit"
    for path, text in {
        "parcels/handler.py": "import post",
        "parcels/post/labels.py": "own = True",
        "parcels/service.yaml": "name: parcels",
        "parcels/requirements.txt": "post==1",
        "parcels/tests/test_it.py": "",
        "kit/log.py": "",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return Source("parcels", folder, (kit,))


@pytest.fixture
def installed(monkeypatch):
    """Install a small package in place of what the requirements name; count how often."""
    calls = []

    def into_folder(requirements, folder, target):
        calls.append(requirements.read_text())
        for path in ("post/__init__.py", "post/labels.py", "stamps.py", "bin/post"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("")

    def into_environment(requirements, folder, target):
        calls.append(requirements.read_text())
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").symlink_to(sys.executable)
        (folder / "pyvenv.cfg").write_text("")

    monkeypatch.setattr(packages, "into_folder", into_folder)
    monkeypatch.setattr(packages, "into_environment", into_environment)
    return calls


def test_the_folder_of_a_function_has_the_files_of_its_archive(source, tmp_path, installed):
    packed, _ = archive.build(source, HERE, tmp_path / "functions")

    made = development.build_function(source, HERE, tmp_path / "artifacts")

    with zipfile.ZipFile(packed) as found:
        for name in found.namelist():
            assert (made.folder / name).read_bytes() == found.read(name)
        top = {name.partition("/")[0] for name in found.namelist()}
    assert {one.name for one in made.folder.iterdir()} == {*top, "__pycache__"}
    for folder in (made.folder, made.folder / "post"):  # beside modules of the service
        assert not (folder / "__pycache__").is_symlink()
        assert all(one.is_symlink() for one in (folder / "__pycache__").iterdir())
    assert (made.folder / "post" / "labels.py").read_text() == "own = True"


def test_packages_are_installed_when_the_requirements_change_only(source, tmp_path, installed):
    said = []
    first = development.build_function(source, HERE, tmp_path, said.append)
    (source.folder / "handler.py").write_text("import stamps")
    second = development.build_function(source, HERE, tmp_path, said.append)
    (source.folder / "requirements.txt").write_text("post==2")
    development.build_function(source, HERE, tmp_path, said.append)

    assert first.folder != second.folder
    assert (first.folder / "handler.py").read_text() == "import post"
    assert (second.folder / "handler.py").read_text() == "import stamps"
    assert installed == ["post==1", "post==2"]
    assert said == ["installing the requirements of parcels"] * 2


def test_a_container_service_gets_a_copy_and_the_environment_of_its_image(
    source, tmp_path, installed
):
    image.build_locally(source, HERE, tmp_path)
    made = development.build_image(source, HERE, tmp_path)
    (source.folder / "handler.py").write_text("changed = True")

    assert (made.folder / "handler.py").read_text() == "import post"
    assert (made.folder / "kit" / "log.py").exists()
    assert made.python.parent.parent.parent == tmp_path / "venvs"
    assert installed == ["post==1"]


def test_former_code_is_removed_and_packages_stay(source, tmp_path, installed):
    first = development.build_function(source, HERE, tmp_path)
    (source.folder / "handler.py").write_text("import stamps")
    second = development.build_function(source, HERE, tmp_path)

    development.remove_others(source, tmp_path, [second.folder])

    assert not first.folder.exists()
    assert (second.folder / "stamps.py").exists()
