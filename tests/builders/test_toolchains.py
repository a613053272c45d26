"""What becomes of a service in a language whose toolchain is not installed."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest

from builders import build as builds
from builders.source import Source
from builders.toolchains import MissingToolchainError, OnMissing, Toolchain
from localcloud import off
from localcloud.layout import Layout
from ops import artifacts
from stacks.artifacts import ArtifactsError, load

NEEDS = "needs toyc: run bulkhead engines add toyc"


@pytest.fixture
def sources(tmp_path):
    """A function and a container service in the language Toy, and a function in Python."""
    found = {}
    for name in ("parcels", "letters", "stamps"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.toy").write_text(name)
        found[name] = Source(name, tmp_path / name)
    toy = Toolchain("toyc", lambda: None, "run bulkhead engines add toyc")
    parcels, letters = (replace(found[name], toolchain=toy) for name in ("parcels", "letters"))
    return builds.Sources(archives=[parcels, found["stamps"]], images=[letters])


def test_a_build_for_a_deployment_fails_and_says_how_to_get_it(sources, tmp_path):
    with pytest.raises(MissingToolchainError) as refused:
        builds.build("prod", sources, tmp_path / "out")

    assert str(refused.value) == (
        f"{tmp_path / 'parcels'} cannot be built: toyc is not installed. To build it, run bulkhead"
        " engines add toyc"
    )


def test_a_preview_goes_on_with_artifacts_that_no_deployment_accepts(sources, tmp_path):
    said = []

    @contextmanager
    def line():
        yield said.append

    preview = replace(sources, on_missing=OnMissing.PREVIEW)
    file = builds.build("prod", preview, tmp_path / "out", lines=line)
    first = json.loads(file.read_text())
    (tmp_path / "parcels" / "main.toy").write_text("changed")
    second = json.loads(builds.build("prod", preview, tmp_path / "out").read_text())

    assert f"parcels is not built: it {NEEDS}" in said
    assert first["images"]["letters"] == {
        "digest": second["images"]["letters"]["digest"],
        "source": "preview",
        "needs": NEEDS,
    }
    archives = [made["functions"]["parcels"]["sha256"] for made in (first, second)]
    assert len(set(archives)) == 2
    built = load(file)
    for find, what in ((built.function, "parcels"), (built.image, "letters")):
        with pytest.raises(ArtifactsError, match=f"'{what}' is for previews only: it {NEEDS}"):
            find(what)
    assert built.function("stamps")


def test_on_this_machine_the_service_is_off_until_the_toolchain_is_installed(
    sources, tmp_path, monkeypatch
):
    layout = Layout(tmp_path / "home")
    found = [sources]
    monkeypatch.setattr(artifacts, "sources", lambda _: found[-1])

    file = artifacts.build_services(layout, "local")
    during, archive = off.read(layout), load(file).function("parcels")
    parcels, stamps = sources.archives
    built = replace(parcels, toolchain=stamps.toolchain)
    found.append(builds.Sources(archives=[built, stamps], images=[]))
    artifacts.build_services(layout, "local")

    assert during == {"letters": f"off: {NEEDS}", "parcels": f"off: {NEEDS}"}
    assert load(file).function("parcels") != archive
    assert off.read(layout) == {}
