"""Turns the services into what an environment runs, and writes down what came out."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builders import archive, image
from builders.image import ImageError
from builders.packages import PackageError
from builders.source import Source
from builders.target import LOCAL, Target, of_environment
from spec.catalogue import load_catalogue
from spec.service import FargateCompute, LambdaCompute

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LOCAL", "ImageError", "PackageError", "Target", "build", "of_environment"]

SERVICES = Path(__file__).resolve().parent.parent / "services"
KIT = SERVICES / "kit"
PLATFORM_FUNCTIONS = {
    "credentials-rotation": SERVICES.parent / "components" / "data" / "rotation",
}


def _silent(_text: str) -> None:
    """Show nothing."""


def build(
    environment: str,
    artifacts: Path,
    *,
    target: Target | None = None,
    progress: Callable[[str], None] = _silent,
) -> Path:
    """Build what changed, and return the file that names every artifact of *environment*.

    Where images are wanted and no container engine answers, a digest of the source stands in, is
    marked `"source": "preview"`, and is good for previews alone.
    Raises SpecError, PackageError, ImageError.
    """
    chosen = target or of_environment(environment)
    catalogue = load_catalogue(SERVICES)
    functions = [Source(name, folder) for name, folder in PLATFORM_FUNCTIONS.items()]
    containers: list[Source] = []
    for spec in catalogue.services.values():
        source = Source(spec.name, SERVICES / spec.name, (KIT,))
        match spec.compute:
            case LambdaCompute():
                functions.append(source)
            case FargateCompute():
                containers.append(source)
    made: dict[str, dict[str, Any]] = {"functions": {}, "images": {}}
    for source in functions:
        progress(f"building the function {source.name}")
        file, checksum = archive.build(source, chosen, artifacts / "functions")
        made["functions"][source.name] = {"archive": str(file), "sha256": checksum}
    made["images"] = _images(containers, chosen, artifacts, progress)
    return _write(artifacts / f"{environment}.json", made)


def _images(
    sources: list[Source], target: Target, artifacts: Path, progress: Callable[[str], None]
) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    engine = target.container is not None and bool(sources) and image.engine_answers()
    for source in sources:
        progress(f"building the image of {source.name}")
        if target.container is None:
            made[source.name] = {"digest": image.on_this_machine(source, target, artifacts)}
        elif engine:
            made[source.name] = {"digest": image.by_engine(source, target, artifacts)}
        else:
            progress(
                f"no container engine answers: the image of {source.name} is only named, for"
                " previews; start docker and build again before a deployment"
            )
            digest = image.preview(source, target)
            made[source.name] = {"digest": digest, "source": "preview"}
    return made


def _write(file: Path, made: dict[str, dict[str, Any]]) -> Path:
    """Replace *file* as a whole, unless it says the same already."""
    text = json.dumps(made, indent=2, sort_keys=True) + "\n"
    if file.exists() and file.read_text() == text:
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as unfinished:
        unfinished.write(text)
    return Path(unfinished.name).replace(file)
