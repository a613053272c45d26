"""Finds the built source and interpreter of an image by its digest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.stopped import NOT_RUN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.layout import Layout


class CannotPullContainerError(Exception):
    """Raised if an image does not exist on this machine."""


@dataclass(frozen=True)
class Image:
    """Source folder of a service, and the interpreter with its dependencies."""

    directory: Path
    python: Path

    def command(self, words: tuple[str, ...]) -> list[str]:
        """Return *words*, with `python` replaced by the image's interpreter."""
        if words and words[0] in {"python", "python3"}:
            return [str(self.python), *words[1:]]
        return list(words)


def not_run_reason(definition: Mapping[str, Any]) -> str:
    """Return why no task of a described task definition can run here; '' if its images are ours.

    Images are built by `bulkhead build` and named by their digest; no other image is pulled.
    """
    for container in definition.get("containerDefinitions") or []:
        if "@sha256:" not in container["image"]:
            return (
                f"{NOT_RUN}the container {container['name']} has the image {container['image']}. "
                f"The local cloud pulls no images and has no container engine: it runs images "
                f"that `bulkhead build` has built, named by their digest."
            )
    return ""


def find_image(layout: Layout, reference: str) -> Image:
    """Return the image of *reference*, which has a digest; raises CannotPullContainerError."""
    _, found, digest = reference.partition("@sha256:")
    if not found:
        raise CannotPullContainerError(
            f"CannotPullContainerError: the image '{reference}' is not named by its digest:"
            " write <repository>@sha256:<digest>"
        )
    described = layout.artifacts / "images" / digest / "image.json"
    try:
        content = json.loads(described.read_text())
        image = Image(Path(content["directory"]), Path(content["python"]))
    except (OSError, ValueError, KeyError) as error:
        raise CannotPullContainerError(
            f"CannotPullContainerError: no image with the digest sha256:{digest} was built on this"
            f" machine ({reference}): run 'bulkhead build local', then 'bulkhead up'"
        ) from error
    for path in (image.directory, image.python):
        if not path.exists():
            raise CannotPullContainerError(
                f"CannotPullContainerError: {path} of the image sha256:{digest} is gone:"
                " run 'bulkhead build local'"
            )
    return image
