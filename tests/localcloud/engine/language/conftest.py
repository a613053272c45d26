"""A language host that serves over gRPC, and a program to run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import grpc
import pytest
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from localcloud.engine.language.children import Children
from localcloud.engine.language.host import LanguageHost
from localcloud.engine.language.main import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EXECUTOR = """
import json, os, sys
seen = {
    "arguments": sys.argv[1:],
    "stdin": sys.stdin.read(),
    "cwd": os.getcwd(),
    "config": json.loads(os.environ["PULUMI_CONFIG"]),
    "secret": json.loads(os.environ["PULUMI_CONFIG_SECRET_KEYS"]),
    "venv": os.environ.get("VIRTUAL_ENV"),
    "path": os.environ["PATH"],
    "python": sys.executable,
}
open("seen.json", "w").write(json.dumps(seen))
"""


@pytest.fixture
def children() -> Iterator[Children]:
    """End what a test started."""
    children = Children()
    yield children
    children.close()


@pytest.fixture
def executor(tmp_path: Path) -> Callable[[str], Path]:
    """Write the script that runs programs; it goes on with the code that a test adds."""
    path = tmp_path / "executor.py"
    path.write_text(EXECUTOR)

    def extend(code: str) -> Path:
        path.write_text(EXECUTOR + code)
        return path

    return extend


@pytest.fixture
def host(
    executor, children, capfd: pytest.CaptureFixture[str]
) -> Iterator[language_pb2_grpc.LanguageRuntimeStub]:
    """Serve a host and connect to the port that it prints."""
    server = serve(LanguageHost(executor(""), "engine:1", children))
    port = int(capfd.readouterr().out)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)
    server.stop(grace=0).wait()


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Make a folder that is enough of a virtual environment: it names this Python."""
    folder = tmp_path / "project" / "venv"
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., language_pb2.ProgramInfo]:
    """Describe a program in a folder of its own."""
    folder = tmp_path / "project"
    folder.mkdir(exist_ok=True)

    def describe(**options: str) -> language_pb2.ProgramInfo:
        info = language_pb2.ProgramInfo(
            root_directory=str(folder), program_directory=str(folder), entry_point="."
        )
        info.options.update(options)
        return info

    os.environ.pop("VIRTUAL_ENV", None)
    return describe
