"""`bulkhead status`: URLs, services, processes, and resources without a backend."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from localcloud.engine.creations import look_up
from localcloud.engines import missing
from localcloud.provider import modes
from localcloud.provider.row import Mode
from localcloud.stopped import read as read_stopped
from localcloud.supervisor import client as supervisor
from ops import cloud, deployed, folders, foreign, stack
from ops.dev.owners import owners
from ops.screen import out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localcloud.layout import Layout
    from ops.deployed import Resource

STYLES = {
    cloud.READY: "green",
    cloud.STARTING: "yellow",
    cloud.STOPPED: "dim",
    cloud.UNSUPPORTED: "dim",
    cloud.OFF: "yellow",
}


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
    """The deployed programs of others: folder, project, number of AWS resources, endpoints and
    services."""


def run(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    services: folders.ServicesOption = None,
) -> None:
    """Show the URLs and the state of every service; fails unless all are ready, stopped or off."""
    report = make(folders.layout(services))
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
    running = supervisor.is_running(layout)
    found = (supervisor.status(layout) if running else None) or {}
    processes = list(found.get("processes", ()))
    own = _deployment(layout, stack.checkpoint(layout), processes, running=running)
    others = [
        (one, _deployment(layout, one.deployment, processes, running=running))
        for one in foreign.stacks(layout)
    ]
    resources = [*own.resources, *(each for _, one in others for each in one.resources)]
    counts = Counter(one.mode for one in resources)
    return Report(
        endpoints=own.endpoints,
        services=own.services,
        modes={str(mode): counts[mode] for mode in Mode},
        recorded=[
            {"type": one.type, "name": one.name} for one in resources if one.mode is Mode.RECORDED
        ],
        processes=processes,
        developed=owners(layout) if running else {},
        programs=[
            {
                "folder": str(one.folder),
                "project": one.project,
                "resources": len(parts.resources),
                "endpoints": parts.endpoints,
                "services": parts.services,
            }
            for one, parts in others
        ],
    )


@dataclass(frozen=True)
class Deployment:
    """What a stack has deployed."""

    endpoints: dict[str, str]
    services: list[dict[str, str]]
    resources: list[modes.Resource]


def _deployment(
    layout: Layout, state: dict[str, Any], processes: list[dict[str, Any]], *, running: bool
) -> Deployment:
    """Return what the stack with *state* has deployed."""
    known = deployed.parse(state, lambda urn: look_up(layout, urn))
    endpoints = cloud.endpoints(layout, known) if running else {}
    services = (
        cloud.services(layout, known) + _missing(layout, known, endpoints, processes)
        if running
        else _stopped(known)
    )
    return Deployment(
        endpoints={name: url for name, url in endpoints.items() if url},
        services=[asdict(one) for one in services],
        resources=modes.resources({"deployment": state}),
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
    off = {one.identifier: one.engine for one in missing.servers(layout)}
    return [
        cloud.Service(name, "endpoint", cloud.MISSING, "not served; see: bulkhead logs frontdoor")
        for name, url in endpoints.items()
        if not url
    ] + [
        cloud.Service(name, "database", cloud.STOPPED, cloud.STOPPED_DETAIL)
        if name in stopped
        else cloud.Service(name, "database", cloud.OFF, missing.need(off[name]))
        if name in off
        else cloud.Service(name, "database", cloud.MISSING, "its server does not run")
        for name in deployed.databases(known)
        if f"database-{name}" not in running
    ]


def _all_ready(report: Report) -> bool:
    theirs = [each for one in report.programs for each in one["services"]]
    states = [one["state"] for one in (*report.services, *report.processes, *theirs)]
    return all(state in cloud.SETTLED for state in states)


def _show(report: Report) -> None:
    _show_parts(report.endpoints, [*report.services, *report.processes])
    for name, owner in sorted(report.developed.items()):
        out.print(f"{name} runs the saved code of bulkhead dev (process {owner}).", markup=False)
    for one in report.programs:
        about = f"{one['folder']}: {one['resources']} AWS resources of {one['project']}"
        out.print(about, markup=False)
        _show_parts(one["endpoints"], one["services"], "  ")
    if any(report.modes.values()):
        counts = ", ".join(f"{count} {mode}" for mode, count in report.modes.items())
        out.print(f"AWS resources: {counts}")
    if report.recorded:
        out.print("Recorded only, without a backend:")
        for one in report.recorded:
            out.print(f"  {one['type']} {one['name']}", markup=False)


def _show_parts(
    endpoints: Mapping[str, str], parts: Sequence[Mapping[str, Any]], indent: str = ""
) -> None:
    """Print addresses, and a line for each service or process with its state."""
    for name, url in endpoints.items():
        out.print(f"{indent}{name:<6} {url}", markup=False)
    width = max((len(str(one["name"])) for one in parts), default=0)
    for one in parts:
        state = str(one["state"])
        style = STYLES.get(state, "red")
        kind = one.get("kind", "process")
        detail = escape(str(one.get("detail", "")))
        line = f"{indent}{one['name']:<{width}}  {kind:<8} [{style}]{state:<10}[/] {detail}"
        out.print(line.rstrip())
