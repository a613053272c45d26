"""`bulkhead up`: deploy everything to the local cloud and wait until it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from pulumi import automation
from rich.markup import escape

from localcloud import off
from localcloud.engine.ensure import ensure
from localcloud.supervisor import client
from ops import (
    catalogue_file,
    cloud,
    concurrent,
    deployed,
    environment,
    folders,
    part,
    pending_migrations,
    policies,
    ready,
    secrets,
    stack,
)
from ops.artifacts import build_services
from ops.commands import logs
from ops.commands.open import url as console_url
from ops.engine_events import EngineEvents
from ops.errors import CommandError
from ops.interrupts import defer_interrupt
from ops.locking import exclusive
from ops.screen import done, err, out, step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.engine.find import Engine
    from localcloud.layout import Layout
    from ops.deployed import Resource


ONLY_HELP = "Run these services (separated by commas) and what they need; stop the others."
STRICT_HELP = "Fail if a service is off because this machine lacks an engine that it needs."


def run(
    *,
    only: Annotated[str | None, typer.Option(metavar="SERVICES", help=ONLY_HELP)] = None,
    services: folders.ServicesOption = None,
    strict: Annotated[bool, typer.Option("--strict", help=STRICT_HELP)] = False,
) -> None:
    """Deploy the whole system on this machine: engine, local cloud, services."""
    layout = folders.layout(services)
    with exclusive(layout):
        folders.keep(layout, services)
        selected = part.select(only)
        part.begin(layout, selected)
        engine = _prepare(layout)
        advice = _deploy(layout, engine)
        found = deployed.resources(layout)
        catalogue_file.write(layout, found, advice)
        part.finish(layout, selected, found)
        with step() as show:
            pending_migrations.run(layout, found, show)
        what = "Every service of the part" if selected else "Every service"
        with step(f"{what} answers") as show:
            ready.wait(layout, found, show)
        catalogue_file.write_endpoints(layout, found)
    for line in selected.lines() if selected else ():
        done(line)
    _show_next_steps(layout, found, folders.option(services))
    _show_off(layout, strict=strict)


def _prepare(layout: Layout) -> Engine:
    """Provide the engine, start the local cloud and build the services, concurrently."""
    engine = concurrent.start(_provide_engine)
    parts = [
        engine,
        concurrent.start(lambda: _start_cloud(layout)),
        concurrent.start(lambda: build_services(layout, environment.LOCAL)),
    ]
    concurrent.finish(parts, keep=lambda: client.daemons(layout))
    return engine.result()


def _provide_engine() -> Engine:
    with step() as show:
        engine = ensure(show)
    done(f"Pulumi {engine.version}")
    return engine


def _start_cloud(layout: Layout) -> None:
    with step("The local cloud runs") as show:
        show("Starting the local cloud")
        client.start(layout, show)


def _deploy(layout: Layout, engine: Engine) -> list[str]:
    """Run `pulumi up` on the stack; return the advice of policies."""
    before = stack.last_update(layout)
    try:
        events = _run_engine(layout, engine)
    finally:
        last = stack.last_update(layout)
        if last != before and last.recovered:
            done(last.recovered)
    done(f"Resources: {events.summary()}")
    return events.advice


def _run_engine(layout: Layout, engine: Engine) -> EngineEvents:
    with step() as show, defer_interrupt():
        show("Opening the stack")
        policies.write(environment.policy_config(layout, environment.LOCAL), environment.LOCAL)
        opened = stack.open_local(layout, engine, environment.local(layout, engine))
        saved = stack.checkpoint(layout)
        events = EngineEvents(show, len(saved.get("resources") or ()))
        try:
            opened.up(on_event=events, suppress_progress=True, show_secrets=False)
        except automation.CommandError as error:
            raise events.failure(
                stack.explained(layout, error), lambda name: logs.of_resource(layout, name)
            ) from error
    return events


def _show_next_steps(layout: Layout, found: Mapping[str, Resource], option: str) -> None:
    out.print()
    for name, url in cloud.endpoints(layout, found).items():
        out.print(f"  {name:<6} {url}")
    for service, secret in secrets.without_value(layout, found):
        out.print(
            f"The secret {secret} of {service} has no value: bulkhead secret set {service} {secret}"
            f"{option}"
        )
    out.print()
    names = {one.service for one in deployed.workloads(found)} - folders.PLATFORM_FUNCTIONS.keys()
    logs_of_one = [f"bulkhead logs {name} -f" for name in sorted(names)[:1]]
    out.print(f"See what it does: {console_url(layout)}")
    steps = ["bulkhead status", *logs_of_one, "bulkhead token ROLE"]
    out.print("Next: " + " · ".join(f"{step}{option}" for step in steps))
    out.print(f"Stop it and keep the data: bulkhead down{option}")


def _show_off(layout: Layout, *, strict: bool) -> None:
    """Repeat which services are off, and why."""
    reasons = off.read(layout)
    for name, reason in reasons.items():
        err.print(f"[yellow]{escape(name)} is {escape(reason)}[/]")
    if strict and reasons:
        raise CommandError(f"Off on this machine: {', '.join(reasons)}")
