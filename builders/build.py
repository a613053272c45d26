"""Builds the artifacts of an environment and writes the artifacts file."""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builders import archive, image, placeholder
from builders.progress import no_lines
from builders.target import of_environment
from builders.toolchains import OnMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from builders.progress import Lines, Progress
    from builders.source import Source
    from builders.target import Target


CONCURRENT_BUILDS = max(2, os.cpu_count() or 2)
"""A build uses the CPU: compression of archives, bytecode of virtual environments."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Source folders of an environment's artifacts."""

    archives: list[Source]
    """Functions."""

    images: list[Source]
    """Container services."""

    on_missing: OnMissing = OnMissing.FAIL
    """What happens to an artifact whose toolchain is not installed."""


def build(
    environment: str,
    sources: Sources,
    artifacts: Path,
    *,
    target: Target | None = None,
    lines: Lines = no_lines,
) -> Path:
    """Build what changed, concurrently, and return the artifacts file of *environment*.

    Nothing is started for an artifact that exists: its path contains the digest of all inputs.

    If images are needed and no container engine is available, the digest of the source is used; it
    is marked `"source": "preview"` and valid for previews only.

    Raises PackageError, ImageError, MissingToolchainError.
    """
    chosen = target or of_environment(environment)
    built_image_of = _image_builder(sources, chosen, artifacts)

    def image_of(source: Source, progress: Progress) -> dict[str, Any]:
        if source.toolchain.find() is None:
            marked = placeholder.mark(source, sources.on_missing, progress)
            return {"digest": image.placeholder_digest(source, chosen), **marked}
        return built_image_of(source, progress)

    def function_of(source: Source, progress: Progress) -> dict[str, Any]:
        if source.toolchain.find() is None:
            marked = placeholder.mark(source, sources.on_missing, progress)
            return {**placeholder.archive(source, chosen, artifacts / "functions"), **marked}
        file, checksum = archive.build(source, chosen, artifacts / "functions", progress)
        return {"archive": str(file), "sha256": checksum}

    with ThreadPoolExecutor(CONCURRENT_BUILDS) as threads:
        functions = threads.map(partial(_reported, lines, function_of), sources.archives)
        images = threads.map(partial(_reported, lines, image_of), sources.images)
        try:
            made = {"functions": dict(functions), "images": dict(images)}
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return _write(artifacts / f"{environment}.json", made)


def _reported(
    lines: Lines, build_one: Callable[[Source, Progress], dict[str, Any]], source: Source
) -> tuple[str, dict[str, Any]]:
    """Build *source* with a progress of its own; return its name and description."""
    with lines() as progress:
        return source.name, build_one(source, progress)


def _image_builder(
    sources: Sources, target: Target, artifacts: Path
) -> Callable[[Source, Progress], dict[str, Any]]:
    """Return the function that builds an image for *target*."""
    engine = target.container is not None and bool(sources.images) and image.engine_available()

    def image_of(source: Source, progress: Progress) -> dict[str, Any]:
        if target.container is None:
            return {"digest": image.build_locally(source, target, artifacts, progress)}
        if engine:
            return {"digest": image.build_oci(source, target, artifacts, progress)}
        progress(
            f"no container engine is available: the image of {source.name} was not built, and"
            " its digest is for previews only; start Docker and build again before a deployment"
        )
        return {"digest": image.placeholder_digest(source, target), "source": "preview"}

    return image_of


def _write(file: Path, made: dict[str, dict[str, Any]]) -> Path:
    """Replace *file* atomically, unless its content is the same."""
    text = json.dumps(made, indent=2, sort_keys=True) + "\n"
    if file.exists() and file.read_text() == text:
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as unfinished:
        unfinished.write(text)
    return Path(unfinished.name).replace(file)
