"""`bulkhead seed`: fill the databases of services on this machine with data to work with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError

from components.service.args import MigrationPlan
from localcloud import clients
from localcloud.layout import ROOT
from localcloud.supervisor import client as supervisor
from ops import deployed, folders, settings_copy
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.screen import done, step
from spec.catalogue import load_catalogue
from spec.faults import SpecError
from stacks.migrations import MigrationError, MigrationTask

if TYPE_CHECKING:
    from localcloud.layout import Layout
    from spec.process import Seeds


def run(
    service: Annotated[str | None, typer.Argument(help="Default: every service.")] = None,
    *,
    services: folders.ServicesOption = None,
) -> None:
    """Run the seeds of SERVICE on this machine, in a task with its newest image."""
    layout = folders.layout(services)
    _require_unprotected()
    wanted = _seeds(service)
    if not supervisor.is_running(layout):
        raise CommandError("The local cloud is stopped. Start it with: bulkhead up")
    for name, seeds in wanted.items():
        with step(f"The seeds of {name} ran") as show:
            show(f"running the seeds of {name}")
            _run(layout, name, seeds)
    if not wanted:
        done("No service has seeds")


def _require_unprotected() -> None:
    """Reject an environment whose data is protected: seeds are for data that may be lost."""
    file = ROOT / f"Pulumi.{LOCAL}.yaml"
    config: dict[str, Any] = settings_copy.read(file).get("config") or {}
    protection: dict[str, Any] = config.get("bulkhead:protection") or {}
    if protection.get("deletion_protection", True):
        raise CommandError(
            f"{file.name} protects the data from deletion, so no seeds are written into it. Write"
            " bulkhead:protection.deletion_protection as false"
        )


def _seeds(service: str | None) -> dict[str, Seeds]:
    try:
        described = load_catalogue(folders.existing(LOCAL)).services
    except SpecError as error:
        raise CommandError(str(error)) from error
    found = {name: spec.seeds for name, spec in described.items() if spec.seeds is not None}
    if service is None:
        return found
    if service not in described:
        raise CommandError(f"There is no service {service!r}. Write one of: {', '.join(described)}")
    if service not in found:
        raise CommandError(
            f"{service} has no seeds. Those that have: {', '.join(found) or 'none'}. Describe them"
            " in service.yaml:\nseeds: {command: [python, -m, kit.seeds, <store>]}"
        )
    return {service: found[service]}


def _run(layout: Layout, name: str, seeds: Seeds) -> None:
    workloads = deployed.workloads(deployed.resources(layout))
    arns = [one.id for one in workloads if one.service == one.name == name]
    if not arns:
        raise CommandError(f"{name} is not deployed. Deploy it with: bulkhead up")
    plan = MigrationPlan(command=seeds.command, directory=seeds.directory)
    task = MigrationTask(name, plan, partial(clients.client, layout), what="seeds")
    cluster = arns[0].split("/")[1]
    try:
        ecs = clients.client(layout, "ecs")
        [found] = ecs.describe_services(cluster=cluster, services=arns)["services"]
        network = found["networkConfiguration"]["awsvpcConfiguration"]
        task.run({**found, "cluster": cluster, "networkConfiguration": network})
    except (MigrationError, BotoCoreError, ClientError) as error:
        raise CommandError(str(error)) from error
