"""The code generator of `pulumi import` where it cannot be built."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import language_pb2

from localcloud.engine import build
from localcloud.engine.language import generate


@pytest.fixture
def request_(monkeypatch, tmp_path):
    monkeypatch.setenv("BULKHEAD_CACHE_DIR", str(tmp_path))
    return language_pb2.GenerateProgramRequest(source={"main.pp": ""})


def test_without_go_the_error_says_what_to_do(request_, monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(generate.GenerateError, match="install Go, or import with --generate-code"):
        generate.program(request_)


def test_a_failed_build_is_told_and_leaves_nothing(request_, monkeypatch, tmp_path):
    def failing(*_):
        raise build.BuildError("go build failed")

    monkeypatch.setattr(generate.shutil, "which", lambda _: "go")
    monkeypatch.setattr(generate, "build_generator", failing)

    with pytest.raises(generate.GenerateError, match="go build failed"):
        generate.program(request_)

    assert [path.name for path in (tmp_path / "engine").iterdir() if path.is_dir()] == []
