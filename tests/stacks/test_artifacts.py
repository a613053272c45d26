"""How an environment learns which builds it runs."""

from __future__ import annotations

import json

import pytest

from stacks import artifacts
from stacks.artifacts import Artifacts, ArtifactsError

DIGEST = "sha256:" + "a" * 64


def test_builds_are_read_from_the_file_that_build_wrote(tmp_path):
    file = tmp_path / "local.json"
    file.write_text(
        json.dumps(
            {
                "functions": {"catalog": {"archive": "/built/catalog.zip", "sha256": "b" * 64}},
                "images": {"orders": {"digest": DIGEST}},
            }
        )
    )

    built = artifacts.load(file)

    assert built.function("catalog") == "/built/catalog.zip"
    assert built.image("orders") == DIGEST


def test_each_environment_has_a_file_of_its_own(tmp_path, monkeypatch):
    monkeypatch.delenv(artifacts.VARIABLE, raising=False)

    assert artifacts.path("dev", tmp_path) == tmp_path / ".bulkhead" / "artifacts" / "dev.json"


def test_the_environment_variable_names_another_file(tmp_path, monkeypatch):
    monkeypatch.setenv(artifacts.VARIABLE, str(tmp_path / "mine.json"))

    assert artifacts.path("dev", tmp_path) == tmp_path / "mine.json"


def test_a_missing_file_is_told_with_the_way_to_make_it(tmp_path):
    with pytest.raises(ArtifactsError, match=r"No such file.*run `bulkhead build`"):
        artifacts.load(tmp_path / "none.json")


@pytest.mark.parametrize("text", ["{", '{"functions": {"catalog": {}}}'])
def test_a_file_that_something_else_wrote_is_refused(tmp_path, text):
    file = tmp_path / "local.json"
    file.write_text(text)

    with pytest.raises(ArtifactsError, match="not what `bulkhead build` writes"):
        artifacts.load(file)


def test_a_service_that_was_not_built_is_named_with_those_that_were():
    built = Artifacts(images={"orders": artifacts.Image(digest=DIGEST)})

    with pytest.raises(ArtifactsError, match=r"no image of 'billing' was built \(built: orders\)"):
        built.image("billing")
    with pytest.raises(ArtifactsError, match=r"no function of 'catalog' was built \(built: none\)"):
        built.function("catalog")


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_image_that_was_only_named_is_never_deployed(monkeypatch, dry_run):
    built = Artifacts(images={"orders": artifacts.Image(digest=DIGEST, source="preview")})
    monkeypatch.setattr("pulumi.runtime.is_dry_run", lambda: dry_run)

    if dry_run:
        assert built.image("orders") == DIGEST
    else:
        with pytest.raises(ArtifactsError, match="is for previews only"):
            built.image("orders")
