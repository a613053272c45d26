"""YAML files beside a program's Pulumi.yaml that tell the provider what it cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class ProjectFileError(ValueError):
    """Raised when such a file does not say what the provider needs."""


def load(directory: Path | None, name: str) -> Any:
    """Return what the file *name* of the program in *directory* contains; None without one."""
    project = next(
        (
            folder
            for folder in ((directory, *directory.parents) if directory is not None else ())
            if (folder / "Pulumi.yaml").is_file()
        ),
        None,
    )
    if project is None or not (project / name).is_file():
        return None
    import yaml  # noqa: PLC0415 - only programs with such a file need it

    try:
        return yaml.safe_load((project / name).read_text())
    except yaml.YAMLError as error:
        raise ProjectFileError(f"{name} beside Pulumi.yaml is not valid YAML: {error}") from None
