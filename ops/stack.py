"""The stack `local` through the Automation API: create, open and unlock it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import psutil
from pulumi import automation

from localcloud.layout import ROOT
from ops import settings_copy, wrapper
from ops.environment import LOCAL, Environment, backend, passphrase_file
from ops.errors import CommandError

if TYPE_CHECKING:
    from localcloud.engine.find import Engine
    from localcloud.layout import Layout

PROJECT_FILE = "Pulumi.yaml"
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
    if not exists(layout):
        _make(layout, environment)


def exists(layout: Layout) -> bool:
    """Return whether the backend has the stack."""
    return any(backend(layout).glob(f".pulumi/stacks/*/{LOCAL}.json"))


def checkpoint(layout: Layout) -> dict[str, Any]:
    """Return the stack's last saved state, without asking the engine; secrets stay encrypted."""
    for path in backend(layout).glob(f".pulumi/stacks/*/{LOCAL}.json"):
        try:
            return json.loads(path.read_text()).get("checkpoint", {}).get("latest") or {}
        except ValueError as error:
            raise CommandError(
                f"The state of the stack {LOCAL} cannot be read: {path}: {error}\n"
                f"Restore a copy, such as {path}.bak, or start over: bulkhead destroy --force"
            ) from error
    return {}


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
    return "\n".join(line.rpartition("error: ")[2] for line in lines) or str(error)


def _make(layout: Layout, environment: Environment) -> None:
    """Run `stack init` in a separate folder: in the checkout it would change the settings."""
    folder = wrapper.project_folder(layout)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / PROJECT_FILE, folder / PROJECT_FILE)
    (folder / f"Pulumi.{LOCAL}.yaml").unlink(missing_ok=True)
    done = subprocess.run(
        [layout.home / "bin" / "pulumi", "stack", "init", LOCAL, "--non-interactive"],
        cwd=folder,
        env=environment.over(os.environ),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise CommandError(f"Cannot create the stack {LOCAL}:\n{done.stderr.strip()}")


def unlock(layout: Layout, stack: automation.Stack) -> bool:
    """Remove the lock of a killed run; fail while the run that holds it is alive."""
    held = list((backend(layout) / ".pulumi" / "locks").rglob("*.json"))
    for path in held:
        with contextlib.suppress(OSError, ValueError):
            owner = int(json.loads(path.read_text())["pid"])
            if _is_engine(owner):
                raise CommandError(
                    f"Another run of the engine (process {owner}) is changing the stack {LOCAL}:"
                    " wait for it, or stop it with Ctrl-C."
                )
    if held:
        stack.cancel()
    return bool(held)


def _is_engine(pid: int) -> bool:
    try:
        return "pulumi" in psutil.Process(pid).name()
    except psutil.NoSuchProcess:
        return False
