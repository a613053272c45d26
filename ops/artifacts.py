"""Builds every service of the checkout for an environment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from builders.build import Sources, build
from builders.image import ImageError
from builders.packages import PackageError
from builders.source import Source
from builders.target import LOCAL
from builders.toolchains import MissingToolchainError, OnMissing
from localcloud import missing_toolchains
from localcloud.engines import missing as engines
from ops.errors import CommandError
from ops.folders import KIT, PLATFORM_FUNCTIONS, existing
from ops.screen import step
from spec.catalogue import load_catalogue
from spec.events.files import consumed
from spec.faults import SpecError
from spec.model import Artifact

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout


def sources(environment: str = LOCAL) -> Sources:
    """Return the code of the platform's functions and of the services; raises SpecError."""
    services = existing(environment)
    found = Sources(
        archives=[Source(name, folder) for name, folder in PLATFORM_FUNCTIONS.items()], images=[]
    )
    lists = {Artifact.ARCHIVE: found.archives, Artifact.IMAGE: found.images}
    catalogue = load_catalogue(services)
    for spec in catalogue.services.values():
        schemas = consumed(spec, catalogue, services)
        source = Source(spec.name, services / spec.name, (KIT,), schemas)
        lists[spec.compute.ARTIFACT].append(source)
        rotated = any(secret.rotation is not None for secret in spec.secrets.values())
        if rotated and spec.compute.ARTIFACT is not Artifact.ARCHIVE:
            found.archives.append(replace(source, name=spec.rotation_archive))
    return found


def build_services(layout: Layout, environment: str, *, preview: bool = False) -> Path:
    """Build what changed, and return the file that lists every artifact of *environment*.

    Without its toolchain a service is off in `local`, and has a placeholder in a preview.
    """
    off = environment == LOCAL and not preview
    missing = OnMissing.OFF if off else OnMissing.PREVIEW if preview else OnMissing.FAIL
    try:
        found = replace(sources(environment), on_missing=missing)
        file = build(environment, found, layout.artifacts, lines=step)
    except (SpecError, PackageError, ImageError, MissingToolchainError) as error:
        raise CommandError(str(error)) from error
    if off:
        _turn_off(layout, found)
    return file


def _turn_off(layout: Layout, found: Sources) -> None:
    """Turn the services off whose toolchain is not installed, and on again the others."""
    missing_toolchains.write(
        layout,
        {
            source.folder.name: source.toolchain.need
            for source in (*found.archives, *found.images)
            if source.toolchain.find() is None
        },
    )
    engines.refresh(layout)
