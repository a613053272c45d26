"""`bulkhead status`: URLs, services, processes, and resources without a backend."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from localcloud.layout import Layout
from localcloud.provider import modes
from localcloud.provider.row import Mode
from localcloud.supervisor import client as supervisor
from ops import cloud, stack
from ops.screen import out

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLES = {cloud.READY: "green", cloud.STARTING: "yellow"}


@dataclass(frozen=True)
class Report:
    """What `status` reports."""

    endpoints: dict[str, str]
    services: list[dict[str, str]]
    modes: dict[str, int]
    """Mode of the local provider -> number of AWS resources in it."""
    recorded: list[dict[str, str]]
    processes: list[dict[str, Any]]


def run(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the URLs and the state of every service; fails unless everything is ready."""
    report = make(Layout.current())
    if as_json:
        typer.echo(json.dumps(asdict(report), indent=2))
    elif report.processes:
        _show(report)
    else:
        out.print("The local cloud is stopped. Start it with: bulkhead up")
    if not report.processes or not _all_ready(report):
        raise typer.Exit(1)


def make(layout: Layout) -> Report:
    """Return the state of every part; a stopped local cloud is reported, not an error."""
    known = cloud.outputs(layout)
    running = supervisor.is_running(layout)
    found = (supervisor.status(layout) if running else None) or {}
    if running:
        endpoints, services = cloud.endpoints(layout, known), cloud.services(layout, known)
    else:
        endpoints, services = {}, _all(known, cloud.STOPPED, "the local cloud is stopped")
    resources = modes.resources({"deployment": stack.checkpoint(layout)})
    counts = Counter(one.mode for one in resources)
    return Report(
        endpoints=endpoints,
        services=[asdict(one) for one in services],
        modes={str(mode): counts[mode] for mode in Mode},
        recorded=[
            {"type": one.type, "name": one.name} for one in resources if one.mode is Mode.RECORDED
        ],
        processes=list(found.get("processes", ())),
    )


def _all(known: Mapping[str, Any], state: str, detail: str) -> list[cloud.Service]:
    return [
        cloud.Service(name, about["kind"], state, detail)
        for name, about in sorted(known.get("services", {}).items())
    ]


def _all_ready(report: Report) -> bool:
    states = [one["state"] for one in (*report.services, *report.processes)]
    return all(state == cloud.READY for state in states)


def _show(report: Report) -> None:
    for name, url in report.endpoints.items():
        out.print(f"{name:<6} {url}")
    lines = [*report.services, *report.processes]
    width = max((len(str(one["name"])) for one in lines), default=0)
    for one in lines:
        state = str(one["state"])
        style = STYLES.get(state, "red")
        kind = one.get("kind", "process")
        detail = escape(str(one.get("detail", "")))
        out.print(f"{one['name']:<{width}}  {kind:<8} [{style}]{state:<10}[/] {detail}".rstrip())
    if any(report.modes.values()):
        counts = ", ".join(f"{count} {mode}" for mode, count in report.modes.items())
        out.print(f"AWS resources: {counts}")
    if report.recorded:
        out.print("Recorded only, without a backend:")
        for one in report.recorded:
            out.print(f"  {one['type']} {one['name']}", markup=False)
