"""`bulkhead status`: URLs, services, processes, and resources without a backend."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from localcloud.engine.creations import look_up
from localcloud.layout import Layout
from localcloud.provider import modes
from localcloud.provider.row import Mode
from localcloud.stopped import read as read_stopped
from localcloud.supervisor import client as supervisor
from ops import cloud, deployed, foreign, stack
from ops.dev.owners import owners
from ops.screen import out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.deployed import Resource

STYLES = {cloud.READY: "green", cloud.STARTING: "yellow", cloud.STOPPED: "dim"}


@dataclass(frozen=True)
class Report:
    """What `status` reports."""

    endpoints: dict[str, str]
    services: list[dict[str, str]]
    modes: dict[str, int]
    """Mode of the local provider -> number of AWS resources in it."""
    recorded: list[dict[str, str]]
    processes: list[dict[str, Any]]
    developed: dict[str, int] = field(default_factory=dict[str, int])
    """Service that runs saved code -> process ID of its `bulkhead dev`."""
    programs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """The deployed programs of others: folder, project, and number of AWS resources."""


def run(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the URLs and the state of every service; fails unless everything is ready or stopped."""
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
    deployment = stack.checkpoint(layout)
    known = deployed.parse(deployment, lambda urn: look_up(layout, urn))
    running = supervisor.is_running(layout)
    found = (supervisor.status(layout) if running else None) or {}
    processes = list(found.get("processes", ()))
    endpoints = cloud.endpoints(layout, known) if running else {}
    services = (
        cloud.services(layout, known) + _missing(layout, known, endpoints, processes)
        if running
        else _stopped(known)
    )
    others = list(foreign.stacks(layout))
    own = modes.resources({"deployment": deployment})
    theirs = [modes.resources({"deployment": one.deployment}) for one in others]
    resources = [*own, *itertools.chain.from_iterable(theirs)]
    counts = Counter(one.mode for one in resources)
    return Report(
        endpoints={name: url for name, url in endpoints.items() if url},
        services=[asdict(one) for one in services],
        modes={str(mode): counts[mode] for mode in Mode},
        recorded=[
            {"type": one.type, "name": one.name} for one in resources if one.mode is Mode.RECORDED
        ],
        processes=processes,
        developed=owners(layout) if running else {},
        programs=[
            {"folder": str(one.folder), "project": one.project, "resources": len(found)}
            for one, found in zip(others, theirs, strict=True)
        ],
    )


def _stopped(known: Mapping[str, Resource]) -> list[cloud.Service]:
    detail = "the local cloud is stopped"
    return [
        cloud.Service(one.name, one.kind, cloud.STOPPED, detail)
        for one in deployed.workloads(known)
    ]


def _missing(
    layout: Layout,
    known: Mapping[str, Resource],
    endpoints: Mapping[str, str],
    processes: list[dict[str, Any]],
) -> list[cloud.Service]:
    """Return the deployed endpoints and databases that nothing serves."""
    running = {one["name"] for one in processes}
    stopped = read_stopped(layout).databases
    return [
        cloud.Service(name, "endpoint", cloud.MISSING, "not served; see: bulkhead logs frontdoor")
        for name, url in endpoints.items()
        if not url
    ] + [
        cloud.Service(one.id, "database", cloud.STOPPED, cloud.STOPPED_DETAIL)
        if one.id in stopped
        else cloud.Service(one.id, "database", cloud.MISSING, "its server does not run")
        for one in deployed.of_type(known, deployed.DATABASE)
        if f"database-{one.id}" not in running
    ]


def _all_ready(report: Report) -> bool:
    states = [one["state"] for one in (*report.services, *report.processes)]
    return all(state in (cloud.READY, cloud.STOPPED) for state in states)


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
    for name, owner in sorted(report.developed.items()):
        out.print(f"{name} runs the saved code of bulkhead dev (process {owner}).", markup=False)
    for one in report.programs:
        out.print(f"{one['folder']}: {one['resources']} AWS resources of {one['project']}")
    if any(report.modes.values()):
        counts = ", ".join(f"{count} {mode}" for mode, count in report.modes.items())
        out.print(f"AWS resources: {counts}")
    if report.recorded:
        out.print("Recorded only, without a backend:")
        for one in report.recorded:
            out.print(f"  {one['type']} {one['name']}", markup=False)
