"""Programs of others: Pulumi projects in other folders, run on this local cloud or previewed.

Such a program keeps its own settings and virtual environment. Its state is in this environment, for
each folder apart.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from localcloud.backend import foreign
from localcloud.backend.document import EMPTY
from localcloud.backend.store import Store
from localcloud.layout import ROOT
from ops import policies, settings_copy, wrapper
from ops.environment import (
    DROPPED,
    LOCAL,
    OWN_VARIABLES,
    POLICY_VARIABLES,
    TOOLS,
    Environment,
    local,
    passphrase_file,
    path_without_wrappers,
)
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localcloud.engine.find import Engine
    from localcloud.layout import Layout

PROJECT_FILE = "Pulumi.yaml"
PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
"""The program's settings may have a passphrase of their own."""


@dataclass(frozen=True)
class Project:
    """A Pulumi project of others."""

    folder: Path
    name: str
    main: Path
    """The folder of its program."""


@dataclass(frozen=True)
class DeployedStack:
    """A stack of a program in another folder."""

    folder: Path
    project: str
    name: str
    deployment: dict[str, Any]


def load(directory: Path) -> Project:
    """Return the project in *directory*; raises CommandError where it cannot be run here."""
    folder = directory.resolve()
    file = folder / PROJECT_FILE
    if not folder.is_dir():
        raise CommandError(f"--program: {directory} is not a folder: name that of a Pulumi project")
    if not file.is_file():
        above = next((one for one in folder.parents if (one / PROJECT_FILE).is_file()), None)
        hint = f"; the project is in {above}" if above else ""
        raise CommandError(f"There is no Pulumi project in {directory}: no {file}{hint}")
    if folder == ROOT:
        raise CommandError(f"{directory} is this project itself: leave --program out")
    found = settings_copy.read(file)
    runtime: Any = found.get("runtime")
    kind = cast("dict[str, Any]", runtime).get("name") if isinstance(runtime, dict) else runtime
    if kind != settings_copy.PYTHON:
        raise CommandError(
            f"{file}: runtime: found {json.dumps(kind)}; only programs in Python run here:"
            f" write `runtime: {settings_copy.PYTHON}`"
        )
    if not isinstance(found.get("name"), str):
        raise CommandError(f"{file}: name: found none; write the name of the project")
    return Project(folder, found["name"], folder / str(found.get("main") or ""))


def prepare(layout: Layout, engine: Engine, project: Project, *, judged: bool) -> Environment:
    """Create the stack `local` of *project*, and return the environment for plain `pulumi`.

    The rules are evaluated if it is to be *judged*.
    """
    program = foreign.of(layout, project.folder)
    foreign.register(layout, program)
    with contextlib.closing(Store(program.state)) as store:
        if store.stack(project.name, LOCAL) is None:
            store.create_stack(project.name, LOCAL, {}, EMPTY)
    command = wrapper.write_foreign(layout, engine, program, dropped(()))
    variables = dict(local(layout, engine).variables) | {
        "PULUMI_BACKEND_URL": program.url(layout),
        "PATH": path(command),
    }
    if judged:
        file = layout.pulumi / "policy-programs.json"
        policies.write_for_programs(file, LOCAL)
        variables["PULUMI_OPTION_POLICY_PACK_CONFIG"] = str(file)
    hidden = dropped(() if judged else POLICY_VARIABLES)
    if os.environ.get(PASSPHRASES[1]) == str(passphrase_file(layout)):
        hidden += (PASSPHRASES[1],)  # of an earlier environment in this shell
    kept = {name: value for name, value in variables.items() if name not in hidden + PASSPHRASES}
    return Environment(kept, hidden)


def dropped(more: tuple[str, ...]) -> tuple[str, ...]:
    """Return the variables to unset: those of a real account, of our own stack, and *more*."""
    return (*(one for one in DROPPED if one not in PASSPHRASES), *OWN_VARIABLES, *more)


def path(command: Path) -> str:
    """Return PATH with the folder *command* first.

    A program whose project names no virtual environment runs on the first Python of the user's
    PATH; where that has no pulumi, on the one of this checkout.
    """
    kept = path_without_wrappers()
    last = [TOOLS] if _has_pulumi(shutil.which("python3", path=os.pathsep.join(kept))) else []
    first = [] if last else [TOOLS]
    return os.pathsep.join(dict.fromkeys([str(command), *first, *kept, *last]))


def _has_pulumi(python: str | None) -> bool:
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pulumi') is None)"
    return python is not None and not subprocess.run([python, "-c", code], check=False).returncode


def stacks(layout: Layout) -> Iterator[DeployedStack]:
    """Yield the stacks with resources of programs in other folders."""
    for program in foreign.known(layout):
        with contextlib.closing(Store(program.state)) as store:
            for stack in store.stacks():
                deployment: dict[str, Any] = store.current(stack).get("deployment") or {}
                if deployment.get("resources"):
                    yield DeployedStack(program.folder, stack.project, stack.name, deployment)
