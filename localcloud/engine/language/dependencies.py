"""Lists and installs the packages of a program's Python environment."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.engine.language.interpreter import (
    InterpreterError,
    interpreter,
    refuse_other_toolchains,
    virtual_environment,
)
from localcloud.engine.language.streams import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi.runtime.proto import language_pb2

    from localcloud.engine.language.children import Children
    from localcloud.engine.language.streams import Name

_LIST_PACKAGES = """
import importlib.metadata, json, re
found = {}
needed = set()
for distribution in importlib.metadata.distributions():
    found[distribution.name.lower().replace("_", "-")] = distribution.version
    for line in distribution.requires or ():
        if "extra ==" not in line:
            needed.add(re.split(r"[^A-Za-z0-9_.-]", line, maxsplit=1)[0].lower().replace("_", "-"))
print(json.dumps({"found": found, "needed": sorted(needed)}))
"""


class InstallError(RuntimeError):
    """Raised when a step of installing the dependencies fails; its output says why."""


def install(info: language_pb2.ProgramInfo, children: Children) -> Iterator[tuple[Name, bytes]]:
    """Create the program's virtual environment if needed, install into it, and yield the output."""
    refuse_other_toolchains(info)
    folder = virtual_environment(info)
    if folder is not None and not (folder / "bin" / "python").is_file():
        yield "stdout", f"Creating virtual environment {folder}\n".encode()
        yield from _run([sys.executable, "-m", "venv", str(folder)], info, children)
    requirements = Path(info.program_directory, "requirements.txt")
    if not requirements.is_file():
        yield "stdout", b"There is no requirements.txt: nothing to install\n"
        return
    pip = [str(interpreter(info)), "-m", "pip", "install", "-r", str(requirements)]
    yield from _run(pip, info, children)


def installed(python: Path, children: Children, *, direct_only: bool) -> list[tuple[str, str]]:
    """Return names and versions; *direct_only* omits dependencies of other packages."""
    answer = json.loads(_evaluate(python, _LIST_PACKAGES, children))
    hidden = set(answer["needed"]) if direct_only else set[str]()
    return sorted(
        (name, version) for name, version in answer["found"].items() if name not in hidden
    )


def python_version(python: Path, children: Children) -> str:
    """Return the version of *python*, as in 3.12.1."""
    if python.samefile(sys.executable):
        return platform.python_version()
    return _evaluate(python, "import platform; print(platform.python_version())", children)


def _evaluate(python: Path, code: str, children: Children) -> str:
    with children.run(
        [python, "-c", code], cwd="", environment=os.environ, output=subprocess.PIPE
    ) as child:
        answer, complaint = child.communicate()
    if child.returncode:
        raise InterpreterError(f"{python} does not answer: {complaint.decode().strip()}")
    return answer.decode().strip()


def _run(
    command: list[str], info: language_pb2.ProgramInfo, children: Children
) -> Iterator[tuple[Name, bytes]]:
    with children.run(
        command, cwd=info.program_directory, environment=os.environ, output=subprocess.PIPE
    ) as child:
        yield from lines(child)
        code = child.wait()
    if code:
        raise InstallError(f"`{' '.join(command)}` failed with exit code {code}")
