"""`bulkhead preview`: preview an environment offline, without an account."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pulumi import automation

from localcloud.engine.ensure import ensure
from localcloud.layout import ROOT, Layout
from ops import artifacts, foreign, plan, policies, settings_copy, stack, wrapper
from ops.engine_events import EngineEvents
from ops.environment import DROPPED, POLICY_VARIABLES, policy_config
from ops.errors import CommandError
from ops.interrupts import defer_interrupt
from ops.screen import out, step
from policy import environments

if TYPE_CHECKING:
    from localcloud.engine.find import Engine
    from localcloud.engine.progress import Progress


PROGRAM_HELP = "Preview the Pulumi project in this folder, with its own settings."
NO_POLICIES_HELP = "Preview the program of --program without the rules."


def run(
    name: Annotated[str, typer.Argument(metavar="ENVIRONMENT")],
    *,
    program: Annotated[Path | None, typer.Option(metavar="DIR", help=PROGRAM_HELP)] = None,
    no_policies: Annotated[bool, typer.Option("--no-policies", help=NO_POLICIES_HELP)] = False,
) -> None:
    """Preview an environment on an empty state, offline, with every policy; changes nothing.

    With --program the environment is any stack of the project in that folder.
    """
    if program is None:
        if no_policies:
            raise CommandError(
                "--no-policies is for programs of others: name one with --program DIR"
            )
        settings_copy.require_known(name, settings_copy.known_environments())
    project = foreign.load(program) if program else None
    layout = Layout.current()
    with (
        tempfile.TemporaryDirectory(prefix="bulkhead-preview-") as folder,
        step() as show,
        defer_interrupt(),
    ):
        scratch = Scratch.make(Path(folder).resolve(), ensure(show))
        if project:
            prepared = _of_project(scratch, project, name, judged=not no_policies)
        else:
            prepared = _own(scratch, layout, name)
        events = _preview(scratch, prepared, name, show)
    _show(name, events, judged=not no_policies)


@dataclass(frozen=True)
class Scratch:
    """A temporary folder with an engine, a copy of the settings and an empty state."""

    engine: Engine
    project: Path
    layout: Layout

    @classmethod
    def make(cls, folder: Path, engine: Engine) -> Scratch:
        """Use *folder*, which is empty."""
        (folder / "project").mkdir()
        return cls(engine, folder / "project", Layout(folder / "home"))


@dataclass(frozen=True)
class Prepared:
    """What differs between the project of this checkout and those of others."""

    program: Path
    """The folder of the program."""
    built: Path | None
    """The artifacts file."""
    changes: dict[str, str]
    """Other values of the engine's variables."""


def _own(scratch: Scratch, layout: Layout, name: str) -> Prepared:
    """Build the services, and copy the settings of this checkout."""
    built = artifacts.build_services(layout, name, preview=True)
    settings_copy.copy(ROOT, name, scratch.project)
    wrapper.write(scratch.layout, scratch.engine, root=scratch.project)
    policies.write(policy_config(scratch.layout, name), name)
    return Prepared(ROOT, built, {})


def _of_project(scratch: Scratch, project: foreign.Project, name: str, *, judged: bool) -> Prepared:
    """Copy the settings of the project of others."""
    settings_copy.copy(project.folder, name, scratch.project)
    hidden = () if judged else POLICY_VARIABLES
    command = wrapper.write(
        scratch.layout, scratch.engine, root=scratch.project, dropped=(*DROPPED, *hidden)
    )
    if judged:
        policies.write_for_programs(policy_config(scratch.layout, name), name)
    return Prepared(project.main, None, {"PATH": foreign.path(command)})


def _preview(scratch: Scratch, prepared: Prepared, name: str, show: Progress) -> EngineEvents:
    """Run the engine."""
    with plan.provider(scratch.layout, prepared.program) as attached:
        found = plan.environment(scratch.layout, scratch.engine, attached, prepared.built, name)
        environment = found.over({}) | prepared.changes
        workspace = automation.LocalWorkspace(
            work_dir=str(scratch.project),
            env_vars=environment,
            pulumi_command=automation.PulumiCommand(
                str(scratch.layout.home), skip_version_check=True
            ),
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


def _show(name: str, events: EngineEvents, *, judged: bool) -> None:
    """Print the number of resources of each type, and the findings of the policies."""
    kinds = Counter(kind for _, kind, _ in events.steps if kind.startswith("aws:"))
    for kind, count in sorted(kinds.items()):
        out.print(f"{count:>5}  {kind}", markup=False)
    for (policy, says), names in sorted(events.exempt.items()):
        out.print(f"exempt: {policy} ({', '.join(sorted(names))}) {says}", markup=False)
    for line in events.advice:
        out.print(f"advice: {line}", markup=False)
    held = "every mandatory policy holds" if judged else "the policies were left out"
    out.print(f"{name} would have {kinds.total()} AWS resources; {held}.")
