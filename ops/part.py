"""A part of the system: `bulkhead up --only` stops the services that the part does not need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localcloud import stopped
from localcloud.stopped import Stopped
from ops import deployed
from ops.errors import CommandError
from ops.folders import existing
from spec.catalogue import load_catalogue
from spec.closure import closure
from spec.faults import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.layout import Layout
    from ops.deployed import Resource
    from spec.catalogue import Catalogue


@dataclass(frozen=True)
class Part:
    """The services of a part, those that they need, and those that are stopped."""

    chosen: tuple[str, ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    """Needed services, each with the reason."""
    stopped: frozenset[str] = frozenset()

    def lines(self) -> list[str]:
        """Return what runs and what is stopped."""
        found = [f"Only {', '.join(self.chosen)}"]
        found += [f"with {name}, because {reason}" for name, reason in self.added]
        return [*found, f"Stopped: {', '.join(sorted(self.stopped)) or 'none, all are needed'}"]


def select(only: str | None) -> Part | None:
    """Return the part of the services that *only* names, separated by commas; None without it."""
    if only is None:
        return None
    try:
        return of(load_catalogue(existing()), only)
    except SpecError as error:
        raise CommandError(str(error)) from error


def of(catalogue: Catalogue, only: str) -> Part:
    """Return the part of *catalogue* that consists of *only* and what that needs."""
    known = ", ".join(catalogue.services)
    chosen = tuple(dict.fromkeys(name.strip() for name in only.split(",") if name.strip()))
    if not chosen:
        raise CommandError(f"--only names no service: write one or more of: {known}")
    if unknown := [name for name in chosen if name not in catalogue.services]:
        raise CommandError(
            f"--only names the unknown service {', '.join(unknown)}: write one or more of: {known}"
        )
    added = closure(catalogue, chosen)
    rest = frozenset(catalogue.services) - {*chosen, *added}
    return Part(chosen, tuple(added.items()), rest)


def begin(layout: Layout, selected: Part | None) -> None:
    """Stop what is not in the part, and start all else.

    The databases of stopped services run until the deployment has ended: it may change them.
    """
    stopped.write(layout, _stopped(selected) if selected else Stopped())


def finish(layout: Layout, selected: Part | None, found: Mapping[str, Resource]) -> None:
    """Stop the databases of stopped services."""
    if selected:
        databases = {
            identifier
            for identifier, one in deployed.databases(found).items()
            if deployed.microservice(found, one) in selected.stopped
        }
        stopped.write(layout, replace(_stopped(selected), databases=frozenset(databases)))


def options(layout: Layout) -> list[str]:
    """Return the options with which `bulkhead up` keeps the present part."""
    chosen = stopped.read(layout).only
    return ["--only", ",".join(chosen)] if chosen else []


def _stopped(selected: Part) -> Stopped:
    return Stopped(selected.stopped, only=selected.chosen)
