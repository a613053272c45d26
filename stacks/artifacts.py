"""The artifacts of each service in an environment, as `bulkhead build` lists them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

import pulumi
import pydantic

from stacks.model import SettingsGroup

VARIABLE = "BULKHEAD_ARTIFACTS"


class ArtifactsError(pulumi.RunError):
    """Raised when the artifacts of an environment are missing or unreadable."""


class FunctionArchive(SettingsGroup):
    """Deployment package of a function."""

    archive: str
    """path of the zip"""

    sha256: str = pydantic.Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of the zip"""

    source: Literal["build", "preview", "off"] = "build"
    """preview, or off in the local cloud, if the toolchain of the function was not installed"""

    needs: str | None = None
    """what was not installed"""


class Image(SettingsGroup):
    """Image of a container service."""

    digest: str = pydantic.Field(pattern=r"^sha256:[0-9a-f]{64}$")
    """digest of the image"""

    source: Literal["build", "preview", "off"] = "build"
    """preview if no container engine, or no toolchain, was available; off in the local cloud"""

    needs: str | None = None
    """toolchain that was not installed"""


class Artifacts(SettingsGroup):
    """The artifacts of one environment."""

    functions: dict[str, FunctionArchive] = pydantic.Field(
        default_factory=dict[str, FunctionArchive]
    )
    """the functions, by service"""

    images: dict[str, Image] = pydantic.Field(default_factory=dict[str, Image])
    """the images, by service"""

    def function(self, service: str) -> str:
        """Return the path of the deployment package of *service*."""
        if service not in self.functions:
            raise ArtifactsError(_missing("function", service, self.functions))
        found = self.functions[service]
        if found.source == "preview" and not pulumi.runtime.is_dry_run():
            raise ArtifactsError(_for_previews("archive", service, found.needs))
        return found.archive

    def image(self, service: str) -> str:
        """Return the digest of the image of *service*."""
        if service not in self.images:
            raise ArtifactsError(_missing("image", service, self.images))
        found = self.images[service]
        if found.source == "preview" and not pulumi.runtime.is_dry_run():
            raise ArtifactsError(_for_previews("digest of the image", service, found.needs))
        return found.digest


def _for_previews(what: str, service: str, needs: str | None) -> str:
    missing = "start a container engine" if needs is None else f"it {needs}"
    return (
        f"the {what} of {service!r} is for previews only: {missing}; then run `bulkhead build` and"
        " deploy again"
    )


def _missing(kind: str, service: str, found: dict[str, Any]) -> str:
    built = ", ".join(sorted(found)) or "none"
    return f"no {kind} of {service!r} was built (built: {built}): run `bulkhead build`"


def path(environment: str, root: Path) -> Path:
    """Return the artifacts file of *environment*."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen else root / ".bulkhead" / "artifacts" / f"{environment}.json"


def load(file: Path) -> Artifacts:
    """Return the artifacts that *file* lists; raises ArtifactsError."""
    try:
        text = file.read_text()
    except OSError as error:
        raise ArtifactsError(
            f"{file} cannot be read ({error.strerror}): run `bulkhead build`, or name the file in"
            f" {VARIABLE}"
        ) from error
    try:
        return Artifacts.model_validate(json.loads(text))
    except (json.JSONDecodeError, pydantic.ValidationError) as error:
        raise ArtifactsError(
            f"{file} is not what `bulkhead build` writes: run it again\n{error}"
        ) from error
