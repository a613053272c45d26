"""The stack `local` through the Automation API: create it, open it, and read its state."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi import automation

from localcloud.backend import foreign, migration, store
from localcloud.backend.document import EMPTY
from localcloud.backend.migration import UnreadableStateError
from localcloud.layout import ROOT
from ops import settings_copy, wrapper
from ops.environment import LOCAL, Environment, passphrase_file
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Generator

    from localcloud.engine.find import Engine
    from localcloud.layout import Layout

PROJECT_FILE = "Pulumi.yaml"
_STATUS = re.compile(r"^\[\d{3}\] ")
"""The HTTP status of an answer of the state service."""

_KILLED = re.compile(r"^ code: -(\d+)$", re.MULTILINE)


def open_local(layout: Layout, engine: Engine, environment: Environment) -> automation.Stack:
    """Return the stack `local`; create it if there is none."""
    for name in (PROJECT_FILE, f"Pulumi.{LOCAL}.yaml"):
        settings_copy.read(ROOT / name)  # the engine would not name the file
    prepare(layout, engine, environment)
    workspace = automation.LocalWorkspace(
        work_dir=str(ROOT),
        env_vars=environment.over({}),
        pulumi_command=automation.PulumiCommand(str(layout.home), skip_version_check=True),
    )
    try:
        return automation.Stack.select(LOCAL, workspace)
    except automation.CommandError as error:
        raise CommandError(explained(layout, error)) from error


def prepare(layout: Layout, engine: Engine, environment: Environment) -> None:
    """Write the commands of *layout*, and create the stack if it does not exist.

    The salt of its passphrase is stored beside its state.
    """
    wrapper.write(layout, engine)
    foreign.log_in(layout)
    saved = _saved(layout)
    if not wrapper.salt_file(layout).exists():
        if salt := _salt(saved or {}):
            _write_salt(layout, salt)
        else:
            _generate_salt(layout, environment)
    if saved is None:
        with _store(layout) as opened:
            opened.create_stack(project(), LOCAL, {}, EMPTY)


def exists(layout: Layout) -> bool:
    """Return whether the backend has the stack."""
    return _saved(layout) is not None


def checkpoint(layout: Layout) -> dict[str, Any]:
    """Return the stack's state, without asking the engine; secrets stay encrypted."""
    return (_saved(layout) or {}).get("deployment") or {}


@dataclass(frozen=True)
class LastUpdate:
    """The update of the stack that was started last."""

    id: str = ""
    recovered: str = ""
    """What it resolved of an interrupted one; '' if nothing."""


def last_update(layout: Layout) -> LastUpdate:
    """Return the stack's last update, which may be running."""
    if not migration.exists(layout):
        return LastUpdate()
    with _store(layout) as opened:
        stack = opened.stack(project(), LOCAL)
        found = opened.last_update(stack) if stack else None
        return LastUpdate(found.id, found.recovered) if found else LastUpdate()


def project() -> str:
    """Return the name of the project of this checkout."""
    return settings_copy.read(ROOT / PROJECT_FILE)["name"]


def _saved(layout: Layout) -> dict[str, Any] | None:
    """Return the document of the stack's state; None if the stack does not exist."""
    if not migration.exists(layout):
        return None
    with _store(layout) as opened:
        stack = opened.stack(project(), LOCAL)
        return opened.current(stack) if stack else None


@contextlib.contextmanager
def _store(layout: Layout) -> Generator[store.Store]:
    try:
        with contextlib.closing(migration.open_store(layout)) as opened:
            yield opened
    except (UnreadableStateError, sqlite3.DatabaseError) as error:
        known = isinstance(error, UnreadableStateError)
        raise CommandError(
            f"The state of the stack {LOCAL} cannot be read:"
            f" {error if known else f'{store.path(layout)}: {error}'}\n"
            "Restore a copy, or start over: bulkhead destroy --force"
        ) from error


def explained(layout: Layout, error: automation.CommandError) -> str:
    """Return a message for *error*, with what to do where that is known."""
    if "incorrect passphrase" in str(error):
        return (
            f"The passphrase in {passphrase_file(layout)} does not decrypt the state of the stack"
            f" {LOCAL}.\nRestore the former one, or start over: bulkhead destroy --force"
        )
    return plain(error)


def plain(error: automation.CommandError) -> str:
    """Return the engine's own error messages."""
    if killed := _KILLED.search(str(error)):
        return f"The engine was killed by signal {killed[1]}. Run the command again to continue."
    lines = [line.strip() for line in str(error).splitlines() if "error: " in line]
    messages = [line.rpartition("error: ")[2] for line in lines]
    return "\n".join(_STATUS.sub("", one) for one in messages) or str(error)


def _salt(saved: dict[str, Any]) -> str:
    """Return the salt that the secrets of a state are encrypted with; '' if it has none."""
    deployment: dict[str, Any] = saved.get("deployment") or {}
    provider: dict[str, Any] = deployment.get("secrets_providers") or {}
    state: dict[str, Any] = provider.get("state") or {}
    return state.get("salt", "")


def _write_salt(layout: Layout, salt: str) -> None:
    path = wrapper.salt_file(layout)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"encryptionsalt: {salt}\n")


def _generate_salt(layout: Layout, environment: Environment) -> None:
    """Run `stack init` in a separate folder, on a backend of its own, for the salt it generates.

    In the checkout it would change the settings, and the state service may not run yet.
    """
    path = wrapper.salt_file(layout)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / PROJECT_FILE, path.parent / PROJECT_FILE)
    with tempfile.TemporaryDirectory() as backend:
        done = subprocess.run(
            [layout.home / "bin" / "pulumi", "stack", "init", LOCAL, "--non-interactive"],
            cwd=path.parent,
            env=environment.over(os.environ)
            | {"PULUMI_BACKEND_URL": f"file://{backend}", "PULUMI_DEBUG_PROVIDERS": ""},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    if done.returncode:
        raise CommandError(f"Cannot create the stack {LOCAL}:\n{done.stderr.strip()}")
