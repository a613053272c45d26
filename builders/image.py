"""Images of container services: OCI archives, or locally a folder and a virtual environment."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from builders import packages
from builders.archive import put_in_place
from builders.progress import silent

if TYPE_CHECKING:
    from builders.progress import Progress
    from builders.source import Source
    from builders.target import Target

IMAGE = "image.json"
ENGINE_SECONDS = 10
BUILD_SECONDS = 1800


class ImageError(RuntimeError):
    """Raised when an image cannot be built."""


def build_locally(
    source: Source, target: Target, artifacts: Path, progress: Progress = silent
) -> str:
    """Copy the source, create its virtual environment, and return the digest of both.

    Raises PackageError.
    """
    digest = source.digest(target)
    finished = artifacts / "images" / digest
    if not (finished / IMAGE).exists():
        progress(f"building the image of {source.name}")
    python = environment(source, target, artifacts / "venvs", progress) / "bin" / "python"
    about = {
        "service": source.name,
        "directory": str(finished / "app"),
        "python": str(python),
        "digest": f"sha256:{digest}",
    }
    text = json.dumps(about, indent=2) + "\n"
    if not (finished / IMAGE).exists():
        _copy(source, finished, text)
    elif (finished / IMAGE).read_text() != text:  # the checkout was moved
        temporary = finished / f"{IMAGE}.new"
        temporary.write_text(text)
        temporary.replace(finished / IMAGE)
    return f"sha256:{digest}"


def build_oci(source: Source, target: Target, artifacts: Path, progress: Progress = silent) -> str:
    """Build with the container engine into an OCI archive and return the image's digest.

    Raises ImageError.
    """
    folder = artifacts / "images" / source.digest(target)
    known = folder / "digest"
    if not known.exists():
        progress(f"building the image of {source.name}")
        _copy(source, folder, "")
        metadata, archive = folder / "metadata.json", folder / "image.tar"
        command = ["docker", "buildx", "build", "--platform", target.container or "linux/arm64"]
        command += ["--provenance=false", "--metadata-file", str(metadata)]
        command += ["--output", f"type=oci,dest={archive}", str(folder / "app")]
        done = _docker(command, BUILD_SECONDS)
        if done is None or done.returncode != 0:
            reason = "docker buildx timed out" if done is None else done.stderr.strip()
            raise ImageError(f"the image of {source.name} cannot be built: {reason}")
        known.write_text(json.loads(metadata.read_text())["containerimage.digest"])
    return known.read_text()


def placeholder_digest(source: Source, target: Target) -> str:
    """Return a placeholder digest of the source, used if no image can be built.

    It changes when the image would, so a preview shows what a deployment would replace.
    """
    return f"sha256:{source.digest(target)}"


def engine_available() -> bool:
    """Return whether a container engine is available."""
    if shutil.which("docker") is None:
        return False
    done = _docker(["docker", "version", "--format", "{{.Server.Version}}"], ENGINE_SECONDS)
    return done is not None and done.returncode == 0


def _docker(command: list[str], seconds: int) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(  # noqa: S603 - docker, with arguments of this module alone
            command, capture_output=True, text=True, check=False, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def _copy(source: Source, finished: Path, about: str) -> None:
    finished.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=finished.parent) as name:
        unfinished = Path(name) / "finished"
        for path, file in source.files().items():
            copy = unfinished / "app" / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        if about:
            (unfinished / IMAGE).write_text(about)
        put_in_place(unfinished, finished)


def environment(source: Source, target: Target, folder: Path, progress: Progress) -> Path:
    """Return the virtual environment for the requirements; services may share one."""
    requirements = source.requirements
    finished = folder / environment_key(source, target)
    if not (finished / "pyvenv.cfg").exists():
        folder.mkdir(parents=True, exist_ok=True)
        progress(f"installing the requirements of {source.name}")
        with FileLock(finished.with_suffix(".lock")):  # others that need it wait
            if not finished.exists():
                with tempfile.TemporaryDirectory(dir=folder) as name:
                    unfinished = Path(name) / "finished"
                    packages.into_environment(requirements, unfinished, target)
                    put_in_place(unfinished, finished)
    return finished


def environment_key(source: Source, target: Target) -> str:
    """Return the name of the virtual environment: a digest of the requirements and the target."""
    requirements = source.requirements
    locked = requirements.read_bytes() if requirements is not None else b""
    return hashlib.sha256(target.identity.encode() + b"\0" + locked).hexdigest()[:16]
