"""Measures the engine, the provider and the emulated AWS against the program alone.

`python -m bench.engine` times the shop, and an environment of 50 generated services: the program
alone under Pulumi's mocks, then through the real engine with every policy on: a preview from
nothing, `up` from nothing (of the shop, its tasks and its database start), a preview and an `up`
with nothing to do, and `destroy`. Each environment has a new local cloud. The ratios are to the
mocks, which is what unit tests pay. Beside the time stands what each part spent as CPU.

`--only generated --sizes 10,100` measures two sizes, and prints the exponent of `up` between them.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer
import yaml

from bench import cpu, environment_program
from bench.cloud import running_cloud
from bench.environment_program import CATALOGUE
from bench.project import Project
from bench.running import BenchError, screen
from builders.build import Sources, build
from builders.source import Source
from localcloud.layout import ROOT
from ops.artifacts import PLATFORM_FUNCTIONS, sources
from stacks.artifacts import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.layout import Layout

MOCK_RUNS = 3
HANDLER = '''"""Answers every request."""


def handler(event, context):
    return {"statusCode": 200}
'''


@contextmanager
def generated(services: int, layout: Layout) -> Iterator[dict[str, str]]:
    """Write *services* functions, each with its own name, routes and table; they share the code."""
    folder = layout.home / "services"
    folder.mkdir()
    code = layout.home / "code"
    code.mkdir()
    (code / "handler.py").write_text(HANDLER)
    shutil.copy(ROOT / "services" / "roles.yaml", folder)
    platform = [Source(name, at) for name, at in PLATFORM_FUNCTIONS.items()]
    template = Source("template", code)
    archives = Sources(archives=[*platform, template], images=[])
    artifacts = build("local", archives, layout.artifacts)
    built = json.loads(artifacts.read_text())
    archive = built["functions"].pop(template.name)
    for number in range(services):
        name = f"things{number:02}"
        route = {"path": f"/{name}/{{id}}", "methods": ["GET", "PUT"], "auth": "customer"}
        store = {"kind": "dynamodb", "partition_key": {"name": "id"}}
        service = {
            "name": name,
            "description": f"Keeps the things of shelf {number}.",
            "owner": "bench",
            "tier": "standard",
            "compute": {"kind": "lambda"},
            "routes": [route],
            "stores": {f"shelf{number:02}": store},
        }
        (folder / name).mkdir()
        (folder / name / "service.yaml").write_text(yaml.safe_dump(service, sort_keys=False))
        built["functions"][name] = archive
    artifacts.write_text(json.dumps(built))
    yield {CATALOGUE: str(folder), VARIABLE: str(artifacts)}


@contextmanager
def shop(layout: Layout) -> Iterator[dict[str, str]]:
    """Build the services of the checkout."""
    yield {VARIABLE: str(build("local", sources(), layout.artifacts))}


def mocked(variables: dict[str, str]) -> tuple[float, str]:
    """Run the program under mocks; return the best of some times, and how much it registers."""
    best, registered = float("inf"), ""
    for _ in range(MOCK_RUNS):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", environment_program.__name__],
            cwd=ROOT,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchError(done.stderr)
        best, registered = min(best, time.monotonic() - began), done.stdout.strip()
    return best, registered


def measure(
    title: str, prepare: Callable[[Layout], Iterator[dict[str, str]]], module: str = ""
) -> float:
    """Measure one environment, print its rows, and return the seconds of `up`."""
    with running_cloud() as layout, prepare(layout) as variables:  # type: ignore[attr-defined]
        with screen.status("mocks"):
            alone, registered = mocked(variables)
        print(f"{title}: {registered} resources\n  {'program under mocks':<24}{alone:6.1f} s")
        project = Project(layout, variables, module)
        steps = {
            "preview": project.preview,
            "up": project.up,
            "preview, nothing to do": project.preview,
            "up, nothing to do": project.up,
            "destroy": project.destroy,
        }
        took: dict[str, float] = {}
        for name, step in steps.items():
            with screen.status(name), cpu.measured(layout) as spent:
                took[name] = step()
            parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in spent.items())
            ratio = f"{took[name]:6.1f} s   x {took[name] / alone:4.1f}"
            print(f"  {name:<24}{ratio}   CPU {sum(spent.values()):6.1f} s: {parts}", flush=True)
    return took["up"]


def main(
    services: Annotated[int, typer.Option(min=1, max=100, help="generated services")] = 50,
    only: Annotated[Literal["shop", "generated"] | None, typer.Option()] = None,
    sizes: Annotated[str, typer.Option(help="two numbers of services, as in 10,100")] = "",
) -> None:
    """Measure and print."""
    if only != "generated":
        measure("the shop", shop)  # type: ignore[arg-type]
    if only == "shop":
        return
    module = environment_program.__name__.rpartition(".")[2]
    ups = {
        size: measure(f"{size} generated services", partial(generated, size), module)  # type: ignore[arg-type]
        for size in ([int(size) for size in sizes.split(",")] if sizes else [services])
    }
    if len(ups) > 1:
        (few, fast), *_, (many, slow) = ups.items()
        exponent = math.log(slow / fast) / math.log(many / few)
        print(f"`up` from {few} to {many} services grows with the exponent {exponent:.2f}")


if __name__ == "__main__":
    typer.run(main)
