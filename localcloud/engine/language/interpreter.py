"""Selects the Python of a program: that of its virtual environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi.runtime.proto import language_pb2

SUPPORTED_TOOLCHAINS = ("", "auto", "pip")
UV = "uv"
UV_ENVIRONMENT = ".venv"
"""The virtual environment that `uv sync` creates."""


class InterpreterError(RuntimeError):
    """Raised when the Python of a program cannot be used."""


def virtual_environment(info: language_pb2.ProgramInfo) -> Path | None:
    """Return the folder that `runtime.options.virtualenv` names, relative to the project.

    The toolchain uv has a default.
    """
    option = _option(info, "virtualenv") or (UV_ENVIRONMENT if _is_uv(info) else "")
    return Path(info.root_directory, option) if option else None


def interpreter(info: language_pb2.ProgramInfo) -> Path:
    """Return the Python of the program's virtual environment, or the first one on PATH."""
    if not _is_uv(info):
        refuse_other_toolchains(info)
    folder = virtual_environment(info)
    if folder is None:
        return _on_path()
    python = folder / "bin" / "python"
    if not python.is_file():
        command = "uv sync" if _is_uv(info) else "pulumi install"
        raise InterpreterError(
            f"the virtual environment of the program is {folder}, which has no Python:"
            f" run `{command}` to create it"
        )
    return python


def environment(info: language_pb2.ProgramInfo, base: Mapping[str, str]) -> dict[str, str]:
    """Return *base* with the program's virtual environment activated."""
    folder = virtual_environment(info)
    if folder is None:
        return dict(base)
    activated = {key: value for key, value in base.items() if key != "PYTHONHOME"}
    activated["VIRTUAL_ENV"] = str(folder)
    activated["PATH"] = os.pathsep.join([str(folder / "bin"), base.get("PATH", os.defpath)])
    return activated


def refuse_other_toolchains(info: language_pb2.ProgramInfo) -> None:
    """Raise if the project chooses a toolchain other than pip."""
    toolchain = _option(info, "toolchain")
    if toolchain not in SUPPORTED_TOOLCHAINS:
        raise InterpreterError(
            f"the toolchain {toolchain!r} is not supported by this language host: set"
            " `toolchain: pip`, or install the official Pulumi CLI"
        )


def _on_path() -> Path:
    for name in ("python3", "python"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise InterpreterError("there is neither python3 nor python on PATH: install Python")


def _is_uv(info: language_pb2.ProgramInfo) -> bool:
    return _option(info, "toolchain") == UV


def _option(info: language_pb2.ProgramInfo, name: str) -> str:
    fields = info.options.fields
    return fields[name].string_value if name in fields else ""
