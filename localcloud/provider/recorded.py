"""`recorded.yaml` beside the program's Pulumi.yaml: types that `up` on `local` records only.

It maps each type to the reason why the program can do without a backend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.project_files import ProjectFileError, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "recorded.yaml"


def types(directory: Path | None) -> Mapping[str, str]:
    """Return the types that the program in *directory* has recorded, with the reason for each."""
    found = load(directory, NAME) or {}
    if not isinstance(found, dict):
        raise ProjectFileError(f"{NAME} is not a map: write `<type>: <reason>` on each line")
    for type_, reason in found.items():
        if not isinstance(type_, str) or not isinstance(reason, str) or not reason.strip():
            raise ProjectFileError(
                f"{NAME} has no reason for {type_}: write `{type_}: <reason>`, "
                f"why the program works without a backend for it"
            )
    return found
