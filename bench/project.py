"""A project that the real engine runs, with a state of its own, on a running local cloud.

Every policy is on, as advice: what is made up to be measured has no exemptions.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

import yaml

from bench.running import BenchError
from localcloud.engine.ensure import ensure
from localcloud.engine.find import CLI
from localcloud.layout import ROOT
from ops import settings_copy, stack, wrapper
from ops.environment import LOCAL, local

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.layout import Layout

MAIN = "__main__.py"
PACK_CONFIG = "PULUMI_OPTION_POLICY_PACK_CONFIG"
PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from bench import {{module}}
{{module}}.program()
"""


class Project:
    """The stack `local` of a copy of the project, or of another program with its settings."""

    def __init__(self, layout: Layout, variables: Mapping[str, str], module: str = "") -> None:
        """Make the stack; *module* of this folder has the program, or it is the project's own."""
        self._folder = layout.home / "project"
        self._folder.mkdir()
        settings_copy.copy(ROOT, LOCAL, self._folder)
        if module:
            description = self._folder / "Pulumi.yaml"
            project = yaml.safe_load(description.read_text()) | {"main": str(self._folder)}
            description.write_text(yaml.safe_dump(project))
            (self._folder / MAIN).write_text(PROGRAM.format(module=module))
        engine = ensure()
        environment = local(layout, engine)
        stack.prepare(layout, engine, environment)
        wrapper.write(layout, engine, root=self._folder)
        self._cli = layout.home / "bin" / CLI
        advice = layout.home / "advice.json"
        advice.write_text(json.dumps({"all": "advisory"}))
        self._variables = environment.over(os.environ) | {
            PACK_CONFIG: str(advice),
            **variables,
        }

    def preview(self) -> float:
        """Preview; return the seconds that it took."""
        return self._timed("preview")

    def up(self) -> float:
        """Run `up` without the preview before it; return the seconds that it took."""
        return self._timed("up", "--yes", "--skip-preview")

    def destroy(self) -> float:
        """Delete all; return the seconds that it took."""
        return self._timed("destroy", "--yes", "--skip-preview")

    def resources(self) -> int:
        """Return how many resources the state holds."""
        state = json.loads(self._run(self._folder, "stack", "export"))
        return len(state["deployment"].get("resources", []))

    def _timed(self, *words: str) -> float:
        began = time.monotonic()
        self._run(self._folder, *words)
        return time.monotonic() - began

    def _run(self, folder: Path, *words: str) -> str:
        done = subprocess.run(
            [str(self._cli), *words, "--non-interactive"],
            cwd=folder,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchError(f"pulumi {' '.join(words)}:\n{wrong(done.stdout)}\n{done.stderr}")
        return done.stdout


def wrong(text: str) -> str:
    """Return the lines of the engine's *text* that say what went wrong, or its end."""
    lines = [line for line in text.splitlines() if "error" in line or "[mandatory]" in line]
    return "\n".join(lines[:20]) or text[-4000:]
