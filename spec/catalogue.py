"""All services together, and the checks across their descriptions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from spec import document, event_checks, metric_checks, names, source_checks, variables
from spec.events import checks, filtered
from spec.faults import Fault, SpecError
from spec.overlaps import ServiceRoute, overlap
from spec.reading import FILE, load_service
from spec.roles import read_roles
from spec.service import RESERVED, ServiceSpec
from spec.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Catalogue", "SpecError", "load_catalogue", "load_service"]

ROLES = "roles.yaml"


@dataclass(frozen=True)
class Catalogue:
    """Every service of an environment."""

    services: dict[str, ServiceSpec]
    """Services by name, in alphabetical order."""

    roles: dict[str, str] = field(default_factory=dict[str, str])
    """Roles of callers, with what each may do."""

    def publisher(self, event: str) -> ServiceSpec:
        """Return the service that publishes *event*."""
        return next(spec for spec in self.services.values() if event in spec.publishes)


def load_catalogue(directory: Path) -> Catalogue:
    """Return the services in the folders of *directory*; raises SpecError with every fault."""
    faults = [
        Fault(file, 1, "", f"the file name {file.name}", f"name it {FILE}")
        for file in directory.glob("*/service.yml")
    ]
    services: dict[str, ServiceSpec] = {}
    for file in sorted(directory.glob(f"*/{FILE}")):
        try:
            spec = load_service(file)
        except SpecError as error:
            faults += error.faults
        else:
            services[spec.name] = spec
    roles: dict[str, str] = {}
    try:
        roles = read_roles(directory / ROLES)
    except SpecError as error:
        faults += error.faults
    if faults:
        raise SpecError(faults)
    brought = {role: about for spec in services.values() for role, about in spec.roles.items()}
    catalogue = Catalogue(services, roles | brought)
    source = Source(directory, frozenset(roles))
    found = [fault for check in CHECKS for fault in check(_by_age(catalogue, directory), source)]
    if found:
        raise SpecError(found)
    return catalogue


def _by_age(catalogue: Catalogue, directory: Path) -> Catalogue:
    """Return *catalogue* with the service changed last at the end: it is at fault in a clash.

    In a new checkout that is the alphabetical order, in which git writes files.
    """
    changed = {name: (directory / name / FILE).stat().st_mtime_ns for name in catalogue.services}
    oldest_first = sorted(changed, key=lambda name: (changed[name], name))
    return replace(catalogue, services={name: catalogue.services[name] for name in oldest_first})


def _one_service_for_each_route(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    routes = [
        ServiceRoute(spec, index, route)
        for spec in catalogue.services.values()
        for index, route in enumerate(spec.routes)
    ]
    for position, later in enumerate(routes):
        for earlier in routes[:position]:
            if shared := overlap(earlier, later):
                yield source.fault(
                    later.spec,
                    ["routes", later.index, "path"],
                    f"{shared}, which {earlier.spec.name} answers with its {earlier.route.path}",
                    "write another path or method, or remove one of the two",
                )


def _one_owner_for_each_store(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for spec in catalogue.services.values():
        for store in spec.stores:
            owner = owners.setdefault(store, spec.name)
            if owner != spec.name:
                yield source.fault(
                    spec,
                    ["stores", store],
                    f"the store {store!r}, which belongs to {owner}",
                    f"give it a name of its own, or ask {owner} through 'calls: [{owner}]'",
                )


def _one_name_for_each_thing(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    """Names are joined by '-' in AWS: 'a-b' + 'c' and 'a' + 'b-c' would be one."""
    queues: dict[str, str] = {}  # of consumers, sources and plain ones
    queued = ("consumes", "sources", "queues")
    for kind in ("processes", "stores", "secrets", *queued, "schedules", "jobs"):
        taken = queues if kind in queued else {}
        if kind == "processes":
            taken = {name: name for name in catalogue.services}
        for spec in catalogue.services.values():
            for part in getattr(spec, kind):
                full = f"{spec.name}-{part}"
                owner = taken.setdefault(full, f"{spec.name}/{part}")
                if owner != f"{spec.name}/{part}":
                    yield source.fault(
                        spec,
                        [kind, part],
                        f"{part!r}, which becomes {full} as {owner} does",
                        "write another name",
                    )


def _names_that_fit(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        for where, name, longest in names.too_long(spec):
            yield source.fault(
                spec,
                where,
                f"a name that becomes {name}, {len(name)} characters",
                f"shorten that to {longest}: AWS limits the length of the names derived from it",
            )


def _one_source_for_each_variable(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        origins: dict[str, tuple[str, ...]] = {}
        for variable, origin in variables.of_spec(spec):
            first = origins.setdefault(variable, origin)
            if first != origin:
                other = document.path_text(first) or "the platform"
                yield source.fault(
                    spec,
                    origin,
                    f"a name that gives the variable {variable}, as {other} does",
                    "write another name",
                )


def _known_callees(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        for name in spec.calls:
            callee = catalogue.services.get(name)
            if callee is None or callee is spec:
                known = ", ".join(other for other in catalogue.services if other != spec.name)
                yield source.fault(
                    spec,
                    ["calls", name],
                    "a call to itself" if callee else f"the unknown service {name!r}",
                    f"remove it, or write one of: {known}" if known else "remove it",
                )
            elif not callee.routes:
                yield source.fault(
                    spec,
                    ["calls", name],
                    f"the service {name!r}, which has no routes",
                    f"add a route to {name}, or consume its events",
                )


def _no_synchronous_cycle(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> Iterator[Fault]:
        spec = catalogue.services[name]
        for callee in spec.calls:
            if callee in path and callee != name:
                ring = " -> ".join([*path[path.index(callee) :], callee])
                write = "replace one of these calls by an event: one slow service blocks all"
                yield source.fault(spec, ["calls", name], f"a cycle of calls {ring}", write)
            elif callee in catalogue.services and callee not in done and callee not in path:
                yield from visit(callee, [*path, callee])
        done.add(name)

    for name in catalogue.services:
        if name not in done:
            yield from visit(name, [name])


def _one_description_for_each_role(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    origins = dict.fromkeys(source.shared_roles, ROLES)
    for spec in catalogue.services.values():
        for role in spec.roles:
            origin = origins.setdefault(role, spec.name)
            if origin != spec.name:
                yield source.fault(
                    spec,
                    ["roles", role],
                    f"the role {role!r}, which {origin} describes",
                    "remove it, and use that role in auth, or write another name",
                )


def _known_roles(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        for index, route in enumerate(spec.routes):
            if route.auth not in {*RESERVED, *catalogue.roles}:
                known = ", ".join([*RESERVED, *sorted(catalogue.roles)])
                yield source.fault(
                    spec,
                    ["routes", index, "auth"],
                    f"the unknown role {route.auth!r}",
                    f"write one of: {known}; or describe it in this file as"
                    f" 'roles: {{{route.auth}: <what it may do>}}'",
                )


CHECKS: tuple[Callable[[Catalogue, Source], Iterator[Fault]], ...] = (
    _one_service_for_each_route,
    _one_owner_for_each_store,
    _one_name_for_each_thing,
    _names_that_fit,
    _one_source_for_each_variable,
    *event_checks.CHECKS,
    *source_checks.CHECKS,
    *metric_checks.CHECKS,
    _known_callees,
    _no_synchronous_cycle,
    _one_description_for_each_role,
    _known_roles,
    checks.faults,
    filtered.faults,
)
