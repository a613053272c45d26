"""Generates Python for `pulumi import` with Pulumi's own generator, built at its first use."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from typing import TYPE_CHECKING

from google.protobuf import json_format
from pulumi.runtime.proto import language_pb2

from localcloud.engine import cache as caches
from localcloud.engine.build import BuildError, build_generator
from localcloud.engine.version import MODULE

if TYPE_CHECKING:
    from pathlib import Path

GENERATOR = "generator"
"""The Go program, and its folder below `localcloud/engine`."""


class GenerateError(RuntimeError):
    """Raised when the code generator cannot be built or fails."""


def program(
    request: language_pb2.GenerateProgramRequest,
) -> language_pb2.GenerateProgramResponse:
    """Return the Python program for the Pulumi program in *request*."""
    done = subprocess.run(
        [_generator()],
        input=json_format.MessageToJson(request),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise GenerateError(f"no code was generated: {done.stderr.strip()}")
    return json_format.Parse(done.stdout, language_pb2.GenerateProgramResponse())


def _generator() -> Path:
    """Return the generator from the cache; build it with Go if it is not there."""
    cache = caches.folder()
    source = MODULE / GENERATOR / "main.go"
    key = f"{caches.built_key()}-{GENERATOR}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    go = shutil.which("go")
    with caches.creating(cache, key) as folder:
        if folder is not None:
            if go is None:
                raise GenerateError(
                    "no code was generated: the code generator is built with Go, which is not on"
                    " PATH; install Go, or import with --generate-code=false"
                )
            try:
                build_generator(go, folder / GENERATOR)
            except BuildError as error:
                raise GenerateError(str(error)) from error
    return cache / key / GENERATOR
