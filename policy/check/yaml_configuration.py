"""The configuration of a Pulumi YAML program, as far as its project file determines it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.check.document import load_yaml
from policy.check.yaml_loader import Loader
from policy.engine.values import UNKNOWN, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROJECT_FILE = "Pulumi.yaml"


def with_project(file: Path, program: dict[str, Any]) -> dict[str, Any]:
    """Return *program* with the name and configuration of its project, if *file* is Main.yaml."""
    project = file.with_name(PROJECT_FILE)
    if file.name == PROJECT_FILE or not project.exists():
        return program
    found = load_yaml(project, Loader).value
    shared = (
        {key: found[key] for key in ("name", "config") if key in found} if is_object(found) else {}
    )
    return {**shared, **program}


def known_values(
    file: Path, project: str, declared: Mapping[str, dict[str, Any]]
) -> dict[str, tuple[Any, bool]]:
    """Return the value of each key, under its short and its full name, and whether it is secret.

    A key that the file of a stack sets is not known, because its value depends on the stack.
    """
    found: dict[str, tuple[Any, bool]] = {}
    for key, one in declared.items():
        value = one.get("value", one.get("default", UNKNOWN))
        for name in _names(key, project):
            found[name] = value, one.get("secret") is True
    for path in sorted(file.parent.glob("Pulumi.*.yaml")):
        settings = load_yaml(path, Loader).value
        config = settings.get("config") if is_object(settings) else None
        for key in config if is_object(config) else ():
            for name in _names(str(key), project):
                found[name] = UNKNOWN, False
    return found


def _names(key: str, project: str) -> set[str]:
    short = key.removeprefix(f"{project}:")
    return {short, key if ":" in key else f"{project}:{key}"}
