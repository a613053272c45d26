"""A temporary copy of a project's settings, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import yaml

from localcloud.layout import ROOT
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

PYTHON = "python"
"""The runtime; its other form has options."""
DEFAULTS = {"uv": ".venv"}
"""The virtual environment of a toolchain whose project names none."""
SECRET = "secure"  # noqa: S105 - the key that Pulumi writes an encrypted value under
KEYS_OF_THE_SECRETS = ("encryptionsalt", "encryptedkey", "secretsprovider")


def known_environments(root: Path = ROOT) -> list[str]:
    """Return the names of the environments that have settings in *root*."""
    return sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))


def require_known(name: str, known: Collection[str]) -> None:
    """Raise CommandError with the known environments if *name* is not one of them."""
    if name not in known:
        raise CommandError(
            f"There is no environment {name!r}: no file Pulumi.{name}.yaml.\n"
            f"Known environments: {', '.join(known) or 'none'}"
        )


def copy(root: Path, name: str, target: Path) -> None:
    """Write the project in *root* and the settings of *name* to *target*, ready to run."""
    project = read(root / "Pulumi.yaml")
    project["main"] = str(root / str(project.get("main") or ""))
    runtime: Any = project.get("runtime")
    options: Any = cast("dict[str, Any]", runtime).get("options") if runtime != PYTHON else None
    if options and (folder := options.get("virtualenv") or DEFAULTS.get(options.get("toolchain"))):
        options["virtualenv"] = str(root / folder)
    file = root / f"Pulumi.{name}.yaml"
    settings = read(file) if file.is_file() else {}
    for key in KEYS_OF_THE_SECRETS:
        settings.pop(key, None)
    settings["config"] = without_secrets(settings.get("config") or {})
    _write(target / "Pulumi.yaml", project)
    _write(target / f"Pulumi.{name}.yaml", settings)


def without_secrets(value: Any, key: str = "") -> Any:
    """Return *value* with a named placeholder for each secret."""
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        if set(found) == {SECRET}:
            return f"placeholder-for-the-secret-{key.rpartition(':')[2]}"
        return {name: without_secrets(one, str(name)) for name, one in found.items()}
    if isinstance(value, list):
        return [without_secrets(one, key) for one in cast("list[Any]", value)]
    return value


def read(path: Path) -> dict[str, Any]:
    """Return the mapping in a settings file; raises CommandError with its file and line."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: found bytes that are not UTF-8; save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or error
        raise CommandError(
            f"{place}: found invalid YAML ({problem}); correct the indentation, quotes and brackets"
        ) from error
    if not isinstance(found, dict):
        raise CommandError(f"{path}: found no mapping; write 'key: value'")
    return cast("dict[str, Any]", found)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False))
