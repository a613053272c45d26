"""The changed code of one service, from the build to its first answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builders import development
from builders.packages import PackageError
from builders.target import LOCAL, of_environment
from ops import initialization
from ops.dev.syntax import Syntax
from ops.folders import shown, source_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from builders.development import Code
    from builders.progress import Progress
    from localcloud.layout import Layout
    from ops.deployed import Workload
    from ops.dev.lease import State
    from ops.dev.services import Service

TARGET = of_environment(LOCAL)
STARTING, SERVING, FAILED, SUPERSEDED = "starting", "serving", "failed", "superseded"


class RejectedError(Exception):
    """Raised for code that cannot run; the message says what to correct."""


@dataclass
class Overlay:
    """The overlay of one service: none while the deployed code is that of the checkout."""

    layout: Layout
    service: Service
    code: Code | None = None
    serving: Code | None = None
    """The code that answers; None if it is the deployed one."""
    replaced: Code | None = None
    """The code that answered before, and may have requests in flight."""
    changed_at: float = 0.0
    """When the change was saved, on the system's clock."""
    pending: set[str] = field(default_factory=set[str])
    """The workloads of which the outcome of the last change is not known yet."""
    failed: bool = False
    """Whether a workload did not start with the code."""
    generation: int = 0
    """Number of times that the same code was laid over again."""
    _syntax: Syntax = field(default_factory=Syntax)

    def prepare(self, show: Progress) -> None:
        """Unpack the packages before the first change, and remove what earlier runs left."""
        development.remove_others(self.service.source, self.layout.artifacts, ())
        if self.service.is_function:
            try:
                development.prepare_packages(
                    self.service.source, TARGET, self.layout.artifacts, show
                )
            except PackageError as error:
                raise RejectedError(str(error)) from error

    def build(self, saved_at: float, show: Progress) -> bool:
        """Build the code of the checkout; return whether it differs from the code that runs.

        Raises RejectedError.
        """
        source = self.service.source
        if errors := self._syntax.errors(source.files().values()):
            raise RejectedError("\n".join(errors))
        if self.code is None and self.service.deployed == frozenset({source.digest(TARGET)}):
            return False
        build = development.build_function if self.service.is_function else development.build_image
        try:
            code = build(source, TARGET, self.layout.artifacts, show)
        except PackageError as error:
            raise RejectedError(str(error)) from error
        if code == self.code and not self.failed:
            return False
        self.generation += code == self.code  # it failed, for whatever reason: try again
        self.code, self.changed_at, self.failed = code, saved_at, False
        self.pending = {one.id for one in self.service.workloads}
        return True

    @property
    def version(self) -> str:
        """Version of the code for the workers; '' without an overlay."""
        return f"{self.code.folder.name[:16]}.{self.generation}" if self.code else ""

    def declared(self) -> list[dict[str, str]]:
        """Return the overlays of its workloads, as the workers read them."""
        if self.code is None:
            return []
        code = {"version": self.version, "folder": str(self.code.folder)}
        if self.code.python is not None:
            code["python"] = str(self.code.python)
        return [{"kind": one.kind, "workload": one.id, **code} for one in self.service.workloads]

    def news(self, states: Mapping[str, State]) -> Iterator[tuple[Workload, State]]:
        """Yield each workload whose outcome is known now, and was not before."""
        known = self.known(states)
        for one in self.service.workloads:
            if one.id in self.pending and one.id in known and known[one.id].state != STARTING:
                self.pending.discard(one.id)
                self.failed = self.failed or known[one.id].state == FAILED
                yield one, known[one.id]
        if self.code is not None and all(
            one.id in known and known[one.id].state == SERVING for one in self.service.workloads
        ):
            self._accept(self.code)

    def known(self, states: Mapping[str, State]) -> dict[str, State]:
        """Return those of *states* that are about its current version."""
        own = {one.id for one in self.service.workloads}
        return {
            workload: state
            for workload, state in states.items()
            if workload in own and state.version == self.version
        }

    def why(self, state: State) -> str:
        """Return why a workload failed."""
        if state.error is None:
            return state.reason
        return initialization.explain(state.error, source_folder(self.service.name))

    def supersede(self, service: Service) -> None:
        """Return to the deployed code, of *service*."""
        self.service, self.pending, self.failed = service, set(), False
        self.code = self.serving = self.replaced = None
        self.generation += 1

    def _accept(self, code: Code) -> None:
        """Note that *code* serves, and remove what served before it and its predecessor."""
        if self.serving == code:
            return
        self.serving, self.replaced = code, self.serving
        kept = [one.folder for one in (self.serving, self.replaced) if one is not None]
        development.remove_others(self.service.source, self.layout.artifacts, kept)

    def seconds(self) -> float:
        """Return the seconds since the change was saved."""
        return max(0.0, time.time() - self.changed_at)

    def hints(self, names: set[str]) -> list[str]:
        """Return advice on changed files that are not code, such as migrations."""
        folder = shown(self.service.source.folder)
        hints: list[str] = []
        if "requirements.in" in names and "requirements.txt" not in names:
            hints.append(f"{folder}/requirements.in: lock it: bulkhead lock {self.service.name}")
        if any(name.startswith("migrations/") for name in names):
            hints.append(f"{folder}/migrations: migrations run in a deployment: bulkhead up")
        return hints
