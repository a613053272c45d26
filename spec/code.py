"""Whether the code that a description names exists, found without importing it."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from spec import document
from spec.faults import Fault, SpecError
from spec.reading import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from spec.service import ServiceSpec

LIBRARIES = ("kit",)
"""Folders that are copied into each artifact."""

DISTRIBUTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NOT_IN_ARTIFACTS = frozenset({"tests", "__pycache__"})
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.ExceptHandler)


def check_code(spec: ServiceSpec, services: Path, libraries: Path) -> None:
    """Check the code of *spec*, in its folder of *services*; raises SpecError with every fault.

    *libraries* is the folder of LIBRARIES.
    """
    faults = list(_faults(spec, services, libraries))
    if faults:
        raise SpecError(faults)


def _faults(spec: ServiceSpec, services: Path, libraries: Path) -> Iterator[Fault]:
    folder = services / spec.name
    for file in sorted(folder.rglob("*.py")):
        if not NOT_IN_ARTIFACTS.intersection(file.relative_to(folder).parts):
            yield from _syntax(file)
    source = document.read(folder / FILE)
    for where, entry_point in _entry_points(spec):
        if problem := _problem(entry_point, folder, libraries):
            line = source.line(where)
            yield Fault(source.file, line, document.path_text(where), *problem)


def _syntax(file: Path) -> Iterator[Fault]:
    try:
        _parse(file)
    except SyntaxError as error:
        found = f"code that Python cannot read ({error.msg})"
        yield Fault(file, error.lineno or 1, "", found, "correct the syntax there")
    except ValueError as error:
        yield Fault(file, 1, "", f"code that Python cannot read ({error})", "save it as UTF-8")


def _entry_points(spec: ServiceSpec) -> Iterator[tuple[Sequence[str], str]]:
    for where, entry_point in spec.compute.entry_points():
        yield ("compute", where), entry_point
    for name, process in spec.processes.items():
        for entry_point in process.entry_points():
            yield ("processes", name, "command"), entry_point
    for name, job in spec.jobs.items():
        for entry_point in job.entry_points():
            yield ("jobs", name, "command"), entry_point
    for entry_point in spec.migrations.entry_points() if spec.migrations else ():
        yield ("migrations", "command"), entry_point
    for entry_point in spec.seeds.entry_points() if spec.seeds else ():
        yield ("seeds", "command"), entry_point
    for name, secret in spec.secrets.items():
        if secret.rotation is not None:
            module, _, function = secret.rotation.handler.rpartition(".")
            yield ("secrets", name, "rotation", "handler"), f"{module}:{function}"


def _problem(entry_point: str, folder: Path, libraries: Path) -> tuple[str, str] | None:
    """Return what was found and what to write, or None if *entry_point* exists."""
    if entry_point.endswith(".py"):
        if (folder / entry_point).is_file():
            return None
        return f"the file {entry_point}, which does not exist", f"write {entry_point}"
    module, _, name = entry_point.partition(":")
    if _is_installed(module.partition(".")[0], folder):
        return None
    file = _file(module, folder, libraries, runs=not name)
    path = module.replace(".", "/")
    if file is None:
        wanted = f"{path}.py" if name else f"{path}.py or {path}/__main__.py"
        return f"the module {module}, which does not exist", f"add {wanted}, or correct the name"
    names = _names(file)
    if not name or names is None or name in names:
        return None
    known = ", ".join(sorted(n for n in names if not n.startswith("_"))) or "no names"
    relative = file.relative_to(folder.parent)
    return (
        f"{name}, which {relative} does not define",
        f"define {name} there, or correct the name: it defines {known}",
    )


def _file(module: str, folder: Path, libraries: Path, *, runs: bool) -> Path | None:
    """Return the file of *module*; a package *runs* with its `__main__`."""
    roots = [folder]
    if module.partition(".")[0] in LIBRARIES:
        roots.append(libraries)
    path = module.replace(".", "/")
    ends = [".py", "/__main__.py" if runs else "/__init__.py"]
    candidates = [root / f"{path}{end}" for root in roots for end in ends]
    return next((file for file in candidates if file.is_file()), None)


def _is_installed(top: str, folder: Path) -> bool:
    """Tell whether *top* is a module of Python's, or probably one of a locked requirement.

    A distribution and its modules may have different names (PyYAML and yaml), and only an
    installation tells them: a name that is a part of the other counts.
    """
    if top in LIBRARIES or any((folder / name).exists() for name in (top, f"{top}.py")):
        return False
    requirements = folder / "requirements.txt"
    lines = requirements.read_text().splitlines() if requirements.is_file() else []
    return top in sys.stdlib_module_names or any(
        _plain(top) in _plain(match[0]) for line in lines if (match := DISTRIBUTION.match(line))
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


def _parse(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes(), str(file))


def _names(file: Path) -> set[str] | None:
    """Return the names that a module defines; None if only running it would tell them."""
    try:
        found = set(_defined(_parse(file).body))
    except (SyntaxError, ValueError):
        return None  # which is a fault of its own
    return None if found & {"*", "__getattr__"} else found


def _defined(statements: Iterable[ast.stmt | ast.ExceptHandler]) -> Iterator[str]:
    for one in statements:
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield one.name
        elif isinstance(one, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in one.names)
        elif isinstance(one, BLOCKS):
            for part in ("body", "orelse", "finalbody", "handlers"):
                yield from _defined(getattr(one, part, ()))
        else:
            for node in ast.walk(one):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id
