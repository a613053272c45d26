"""`bulkhead preview`: preview an environment offline, without an account."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pulumi import automation

from localcloud.engine.ensure import ensure
from localcloud.layout import ROOT, Layout
from ops import artifacts, plan, policies, settings_copy, stack, wrapper
from ops.engine_events import EngineEvents
from ops.environment import policy_config
from ops.errors import CommandError
from ops.interrupts import defer_interrupt
from ops.screen import out, step
from policy import environments

if TYPE_CHECKING:
    from localcloud.engine.progress import Progress


def run(name: Annotated[str, typer.Argument(metavar="ENVIRONMENT")]) -> None:
    """Preview an environment on an empty state, offline, with every policy; changes nothing."""
    settings_copy.require_known(name, settings_copy.known_environments())
    with (
        tempfile.TemporaryDirectory(prefix="bulkhead-preview-") as folder,
        step() as show,
        defer_interrupt(),
    ):
        events = _preview(name, Path(folder).resolve(), show)
    _show(name, events)


def _preview(name: str, folder: Path, show: Progress) -> EngineEvents:
    """Run the engine in *folder* on a copy of the settings and an empty state."""
    engine = ensure(show)
    built = artifacts.build_services(Layout.current(), name)
    project, scratch = folder / "project", Layout(folder / "home")
    project.mkdir()
    settings_copy.copy(ROOT, name, project)
    wrapper.write(scratch, engine, root=project)
    policies.write(policy_config(scratch, name), name)
    with plan.provider(scratch) as port:
        workspace = automation.LocalWorkspace(
            work_dir=str(project),
            env_vars=plan.environment(scratch, engine, port, built, name).over({}),
            pulumi_command=automation.PulumiCommand(str(scratch.home), skip_version_check=True),
        )
        events = EngineEvents(show)
        try:
            made = automation.Stack.create(name, workspace)
            made.preview(on_event=events, suppress_progress=True)
        except automation.CommandError as error:
            raise _explained(name, events, events.failure(stack.plain(error))) from error
    return events


def _explained(name: str, events: EngineEvents, failure: CommandError) -> CommandError:
    """Add to *failure* that the rules for production apply by default, if they do."""
    if not events.violations or environments.has_settings(name):
        return failure
    return CommandError(
        f"{failure}\n{name} has no settings for the policies, so the rules for production apply."
        f" If that is not intended: copy policy/settings/dev.json to policy/settings/{name}.json"
    )


def _show(name: str, events: EngineEvents) -> None:
    """Print the number of resources of each type, and the findings of the policies."""
    kinds = Counter(kind for _, kind, _ in events.steps if kind.startswith("aws:"))
    for kind, count in sorted(kinds.items()):
        out.print(f"{count:>5}  {kind}", markup=False)
    for (policy, says), names in sorted(events.exempt.items()):
        out.print(f"exempt: {policy} ({', '.join(sorted(names))}) {says}", markup=False)
    for line in events.advice:
        out.print(f"advice: {line}", markup=False)
    out.print(f"{name} would have {kinds.total()} AWS resources; every mandatory policy holds.")
