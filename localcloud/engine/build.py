"""Builds the CLI from the Go modules that go.mod and go.sum pin."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from typing import TYPE_CHECKING

from localcloud.engine import cache as caches
from localcloud.engine.find import CLI, EXECUTOR, LANGUAGE_HOST, Engine, cached, version_of
from localcloud.engine.version import MODULE, pinned
from localcloud.engine.wrappers import write_delegate

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.engine.progress import Progress

PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
_STAMP = f"{SDK}/go/common/version.Version"
_LINES_TO_SHOW = 20

_COMPILER_FLAGS = (
    # A third of the build time is debugging information, which the linker drops again (-w), and
    # inlining in cloud SDKs that a local stack never calls.
    "-gcflags=all=-dwarf=false -l",
    "-gcflags=std=-dwarf=false",
    "-gcflags=github.com/pulumi/...=-dwarf=false",
    "-gcflags=google.golang.org/grpc/...=-dwarf=false",
    "-gcflags=google.golang.org/protobuf/...=-dwarf=false",
)
_GOGC = "400"
"""Garbage collection target of the compiler, in percent: collecting less saves a tenth."""


class BuildError(RuntimeError):
    """Raised when the Go toolchain cannot build the CLI."""


def build(cache: Path, go: str, progress: Progress) -> Engine:
    """Build the pinned CLI into *cache* with *go*; the first build takes minutes."""
    with caches.creating(cache, caches.built_key()) as folder:
        if folder is not None:
            _build_into(folder, go, progress)
    engine = cached(cache)
    if engine is None:
        raise BuildError(
            f"{cache / caches.built_key()} is incomplete: remove the folder and try again"
        )
    return engine


def _build_into(folder: Path, go: str, progress: Progress) -> None:
    version = pinned()
    progress(f"Downloading the Go modules of Pulumi {version}")
    total = download(go)
    sdk = _go(go, "list", "-m", "-f", "{{.Dir}}", SDK)[0]
    shutil.copyfile(f"{sdk}/python/cmd/{EXECUTOR}", folder / EXECUTOR)
    write_delegate(folder / LANGUAGE_HOST)
    _compile(folder / CLI, go, total, progress)
    made = version_of(folder / CLI)
    if made != version:
        raise BuildError(f"the built CLI reports version {made}, not {version}")


def download(go: str) -> int:
    """Download the Go modules of the CLI that are not in Go's cache; return its packages."""
    return len(_go(go, "list", "-deps", PACKAGE))


def build_generator(go: str, program: Path) -> None:
    """Build the code generator of `pulumi import` as *program*."""
    flags = ["-trimpath", "-buildvcs=false", "-mod=readonly", *_COMPILER_FLAGS, "-ldflags", "-s -w"]
    _go(go, "build", *flags, "-o", str(program), "./generator")


def _compile(cli: Path, go: str, total: int, progress: Progress) -> None:
    """Run `go build -v`, which prints each package as it is compiled."""
    flags = f"-s -w -X {_STAMP}={pinned()}"
    command = [go, "build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly"]
    command += _COMPILER_FLAGS
    last = deque[str](maxlen=_LINES_TO_SHOW)
    what = f"Building Pulumi {pinned()} from its Go modules, once (about 5 minutes)"
    with subprocess.Popen(
        [*command, "-ldflags", flags, "-o", cli, PACKAGE],
        cwd=MODULE,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            for done, line in enumerate(process.stderr or (), start=1):
                last.append(line.rstrip())
                progress(what, min(done, total), total)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise BuildError("go build failed:\n" + "\n".join(last))


def _go(go: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [go, *arguments],
        cwd=MODULE,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stderr.splitlines()[-_LINES_TO_SHOW:])
        raise BuildError(f"go {arguments[0]} failed:\n{last}")
    return done.stdout.splitlines()


def _environment() -> dict[str, str]:
    """Return environment variables with which only go.mod decides what is built."""
    gogc = os.environ.get("GOGC", _GOGC)
    return {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "", "GOGC": gogc}
