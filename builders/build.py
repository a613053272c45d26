"""Builds the artifacts of an environment and writes the artifacts file."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builders import archive, image
from builders.progress import silent
from builders.target import of_environment

if TYPE_CHECKING:
    from builders.progress import Progress
    from builders.source import Source
    from builders.target import Target


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Source folders of an environment's artifacts."""

    archives: list[Source]
    """Functions."""

    images: list[Source]
    """Container services."""


def build(
    environment: str,
    sources: Sources,
    artifacts: Path,
    *,
    target: Target | None = None,
    progress: Progress = silent,
) -> Path:
    """Build what changed, and return the artifacts file of *environment*.

    If images are needed and no container engine is available, the digest of the source is used; it
    is marked `"source": "preview"` and valid for previews only. Raises PackageError, ImageError.
    """
    chosen = target or of_environment(environment)
    made: dict[str, dict[str, Any]] = {"functions": {}, "images": {}}
    for source in sources.archives:
        file, checksum = archive.build(source, chosen, artifacts / "functions", progress)
        made["functions"][source.name] = {"archive": str(file), "sha256": checksum}
    made["images"] = _images(sources.images, chosen, artifacts, progress)
    return _write(artifacts / f"{environment}.json", made)


def _images(
    sources: list[Source], target: Target, artifacts: Path, progress: Progress
) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    engine = target.container is not None and bool(sources) and image.engine_available()
    for source in sources:
        if target.container is None:
            made[source.name] = {"digest": image.build_locally(source, target, artifacts, progress)}
        elif engine:
            made[source.name] = {"digest": image.build_oci(source, target, artifacts, progress)}
        else:
            progress(
                f"no container engine is available: the image of {source.name} was not built, and"
                " its digest is for previews only; start Docker and build again before a deployment"
            )
            digest = image.placeholder_digest(source, target)
            made[source.name] = {"digest": digest, "source": "preview"}
    return made


def _write(file: Path, made: dict[str, dict[str, Any]]) -> Path:
    """Replace *file* atomically, unless its content is the same."""
    text = json.dumps(made, indent=2, sort_keys=True) + "\n"
    if file.exists() and file.read_text() == text:
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as unfinished:
        unfinished.write(text)
    return Path(unfinished.name).replace(file)
