"""Checks of the metrics of each service: their names, and what refers to them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from spec.compute.fargate import PREDEFINED
from spec.model import Artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spec.catalogue import Catalogue
    from spec.faults import Fault
    from spec.metrics import MetricAlarm
    from spec.service import ServiceSpec
    from spec.source import Source


def declared(spec: ServiceSpec) -> Iterator[tuple[list[str], MetricAlarm | None]]:
    """Yield where each metric of *spec* is declared, and its alarm."""
    for name, metric in spec.metrics.items():
        yield ["metrics", name], metric.alarm
    for name, count in spec.logs.count.items():
        yield ["logs", "count", name], count.alarm


def _known_targets(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        metric = spec.compute.scaled_on
        own = [where[-1] for where, _ in declared(spec)]
        if metric is None or metric in own:
            continue
        known = [*PREDEFINED, *own]
        near = difflib.get_close_matches(metric, known, n=1)
        first = f"{near[0]}, or " if near else ""
        yield source.fault(
            spec,
            ["compute", "scaling", "target", metric],
            f"the unknown metric {metric!r}",
            f"write {first}one of: {', '.join(known)}; or declare it as"
            f" 'metrics: {{{metric}: {{unit: count}}}}'",
        )


def _invoked_functions(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    functions = [
        name
        for name, spec in catalogue.services.items()
        if spec.compute.ARTIFACT is Artifact.ARCHIVE
    ]
    for spec in catalogue.services.values():
        for where, alarm in declared(spec):
            invoked = alarm.invoke if alarm is not None else None
            if invoked is None or invoked in functions:
                continue
            known = invoked in catalogue.services
            yield source.fault(
                spec,
                [*where, "alarm", "invoke"],
                f"the service {invoked!r}, which is not a function"
                if known
                else f"the unknown service {invoked!r}",
                f"write one of: {', '.join(sorted(functions))}; or remove it: the alarm then"
                " only reports"
                if functions
                else "remove it: the alarm then only reports",
            )


def _names_of_their_own(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    for spec in catalogue.services.values():
        for name in spec.logs.count:
            if name in spec.metrics:
                yield source.fault(
                    spec,
                    ["logs", "count", name],
                    f"the name {name!r}, which one of metrics has too",
                    "write another name, or remove one of them",
                )


def _one_name_for_each_metric(catalogue: Catalogue, source: Source) -> Iterator[Fault]:
    """Resources are named `<service>-<metric>`: 'a-b' + 'c' and 'a' + 'b-c' would be one."""
    taken: dict[str, str] = {}
    for spec in catalogue.services.values():
        for where, _ in declared(spec):
            name = where[-1]
            full = f"{spec.name}-{name}"
            owner = taken.setdefault(full, f"{spec.name}/{name}")
            if owner != f"{spec.name}/{name}":
                yield source.fault(
                    spec,
                    where,
                    f"{name!r}, which becomes {full} as {owner} does",
                    "write another name",
                )


CHECKS: tuple[Callable[[Catalogue, Source], Iterator[Fault]], ...] = (
    _known_targets,
    _invoked_functions,
    _names_of_their_own,
    _one_name_for_each_metric,
)
