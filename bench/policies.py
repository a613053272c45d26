"""Measures the check of 1,000 mixed resources against every rule.

`python -m bench.policies` previews the same resources, registered one at a time, three ways by
turns: without a policy pack, with a pack that has one rule which says nothing (the engine's own
price for a pack), and with `policy/packs/all`. Read the differences of the medians, and beside them
those of the fastest runs, which other work on the machine disturbs least; all rules should cost
under 1.0 second more than the empty one. Levels are lowered to advice, so that every resource is
looked at; the number of findings is printed, since writing them down costs too.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from rich.progress import track

from bench import mixed_program, replay_program
from bench.project import MAIN, PACK_CONFIG, PROGRAM, wrong
from bench.running import BenchError, screen
from localcloud.engine.ensure import ensure
from localcloud.engine.find import CLI
from localcloud.layout import ROOT, Layout
from ops import plan, settings_copy, wrapper
from ops.environment import LOCAL, POLICY_PACK

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUNDS = 5
WANTED_SECONDS = 1.0
PACK = "PULUMI_OPTION_POLICY_PACK"
CREATED = re.compile(r"\+ (\d+) to create")
EMPTY = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from policy.engine.analyzer import serve
from policy.engine.rule import ANY_TYPE, Level, Severity, rule

@rule(ANY_TYPE, severity=Severity.LOW, level=Level.ADVISORY)
def silent(resource):
    "Nothing is wrong."
    return ()

serve("empty", "0.1.0", [silent])
"""


def ways(folder: Path) -> dict[str, dict[str, str]]:
    """Return what to set for each way."""
    empty = folder / "empty"
    empty.mkdir()
    runtime = {
        "name": "python",
        "options": {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")},
    }
    about = {"runtime": runtime, "version": "0.1.0"}
    (empty / "PulumiPolicy.yaml").write_text(yaml.safe_dump(about))
    (empty / MAIN).write_text(EMPTY)
    advice = folder / "advice.json"
    advice.write_text(json.dumps({"all": "advisory"}))
    nothing = folder / "nothing.json"
    nothing.write_text("{}")
    return {
        "no pack": {},
        "one empty rule": {PACK: str(empty), PACK_CONFIG: str(nothing)},
        "policy/packs/all": {PACK: str(POLICY_PACK), PACK_CONFIG: str(advice)},
    }


def preview(cli: Path, project: Path, variables: Mapping[str, str]) -> tuple[float, int, int]:
    """Preview; return the seconds, the number of resources and that of findings."""
    began = time.monotonic()
    done = subprocess.run(
        [str(cli), "preview", "--stack", LOCAL, "--non-interactive", "--color", "never"],
        cwd=project,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.monotonic() - began
    created = CREATED.search(done.stdout)
    if done.returncode or created is None:
        raise BenchError(f"{wrong(done.stdout)}\n{done.stderr}")
    return took, int(created[1]), done.stdout.count("[advisory]")


def main() -> None:
    """Measure and print."""
    engine = ensure()
    times: dict[str, list[float]] = defaultdict(list)
    counts: dict[str, tuple[int, int]] = {}
    with tempfile.TemporaryDirectory(prefix="bulkhead-bench-") as name:
        folder = Path(name).resolve()
        project, layout = folder / "project", Layout(folder / "home")
        project.mkdir()
        replay_program.record(mixed_program.program, project)
        settings_copy.copy(ROOT, LOCAL, project)
        description = project / "Pulumi.yaml"
        about = yaml.safe_load(description.read_text()) | {"main": str(project)}
        description.write_text(yaml.safe_dump(about))
        (project / MAIN).write_text(PROGRAM.format(module="replay_program"))
        wrapper.write(layout, engine, root=project)
        cli = layout.home / "bin" / CLI
        with plan.provider(layout) as attached:
            base = plan.environment(layout, engine, attached, folder / "none.json", LOCAL)
            common = {k: v for k, v in base.over(os.environ).items() if not k.startswith(PACK)}
            init = [str(cli), "stack", "init", LOCAL, "--non-interactive"]
            subprocess.run(init, cwd=project, env=common, check=True, capture_output=True)
            known = ways(folder)
            turns = [(turn, *way) for turn in range(-1, ROUNDS) for way in known.items()]
            for turn, way, variables in track(turns, "previews", console=screen, transient=True):
                took, *count = preview(cli, project, common | variables)
                counts[way] = count[0], count[1]
                if turn >= 0:  # the first round warms up
                    times[way].append(took)
    for way, found in times.items():
        resources, findings = counts[way]
        print(
            f"  {way:<16}{statistics.median(found):6.2f} s"
            f"  ({min(found):.2f} to {max(found):.2f})   {resources} resources"
            f"   {findings} findings"
        )
    for what, of in (("medians", statistics.median), ("fastest", min)):
        none, empty, everything = (of(found) for found in times.values())
        print(f"  {what}: a pack by itself {empty - none:+.2f} s", end="")
        print(f", all rules {everything - empty:+.2f} s")
    print(f"  (wanted for all rules: below {WANTED_SECONDS:+.1f} s)")


if __name__ == "__main__":
    main()
