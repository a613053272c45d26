"""`recorded.yaml` beside the program's Pulumi.yaml: types that `up` on `local` records only.

It maps each type to the reason why the program can do without a backend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "recorded.yaml"


class RecordedTypesError(ValueError):
    """Raised when `recorded.yaml` is not a map of types to reasons."""


def types(directory: Path | None) -> Mapping[str, str]:
    """Return the types that the program in *directory* has recorded, with the reason for each."""
    path = _path(directory)
    if path is None or not path.is_file():
        return {}
    import yaml  # noqa: PLC0415 - only programs with such a file need it

    try:
        found = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise RecordedTypesError(f"{path} is not valid YAML: {error}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise RecordedTypesError(f"{path} is not a map: write `<type>: <reason>` on each line")
    for type_, reason in found.items():
        if not isinstance(type_, str) or not isinstance(reason, str) or not reason.strip():
            raise RecordedTypesError(
                f"{path} has no reason for {type_}: write `{type_}: <reason>`, "
                f"why the program works without a backend for it"
            )
    return found


def _path(directory: Path | None) -> Path | None:
    """Return where the file belongs: beside the nearest Pulumi.yaml, as the engine looks it up."""
    for folder in (directory, *directory.parents) if directory is not None else ():
        if (folder / "Pulumi.yaml").is_file():
            return folder / NAME
    return None
