"""Runs overlays in place of the deployed code of functions."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.runtime.functions.invocation import InvokeError, failure
from localcloud.runtime.overlays.overlay import Report, State

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from collections.abc import Set as AbstractSet

    from localcloud.runtime.functions.definition import Definition
    from localcloud.runtime.functions.service import Functions
    from localcloud.runtime.overlays.overlay import Overlay


class FunctionOverlays:
    """Lays code over functions: it takes over once its init phase has succeeded."""

    def __init__(self, functions: Functions, report: Callable[[str, Report], None]) -> None:
        """Call *report* with the function and the new state of its overlay."""
        self._functions = functions
        self._report = report
        self._wanted: dict[str, Overlay] = {}
        self._serving: dict[str, tuple[Overlay, str]] = {}
        """Overlay and the CodeSha256 that it replaces, by function."""
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._background: set[asyncio.Task[None]] = set()

    def lay_over(self, wanted: Mapping[str, Overlay]) -> None:
        """Run the overlays *wanted*, by function, and the deployed code of all others."""
        before, self._wanted = self._wanted, dict(wanted)
        for name in before.keys() | wanted.keys():
            overlay = wanted.get(name)
            if overlay == before.get(name):
                continue
            if running := self._starting.pop(name, None):
                running.cancel()
            if overlay is None:
                self._remove(name)
            elif name in self._serving and self._serving[name][0] == overlay:
                self._report(name, Report(overlay.version, State.SERVING))
            else:
                self._starting[name] = self._run(self._start(overlay))

    def log(self, workload: str, text: str) -> None:
        """Add a line to the log of a function."""
        self._run(self._write(workload, text))

    async def follow_deployments(self) -> None:
        """Remove overlays of code that a deployment has replaced."""
        for name, (overlay, replaced) in list(self._serving.items()):
            try:
                latest = await self._functions.check(name, None)
            except InvokeError:  # deleted, or not known while the control plane is unreachable
                continue
            if latest.code_sha256 != replaced and self._serving.get(name) == (overlay, replaced):
                self._remove(name)
                self._report(name, Report(overlay.version, State.SUPERSEDED))

    async def close(self) -> None:
        """Stop to start overlays."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    async def _start(self, overlay: Overlay) -> None:
        """Run the init phase of the new code; then let it take over, or keep the code before it."""
        name = overlay.workload
        report = Report(overlay.version, State.FAILED)
        candidates: set[Definition] = set()
        try:
            replaced, deployed = await self._deployed(name)
            candidates = {replace(one, overlay=overlay.folder) for one in deployed}
            error = await self._initialize(candidates)
            if error is not None:
                report = Report(overlay.version, State.FAILED, error=json.loads(error))
            elif replaced != (await self._functions.check(name, None)).code_sha256:
                report = Report(overlay.version, State.SUPERSEDED)
            else:
                self._remove(name, candidates)
                self._serving[name] = (overlay, replaced)
                self._functions.overlays[name, replaced] = overlay.folder
                self._retire(deployed)
                report = Report(overlay.version, State.SERVING)
        except InvokeError as refused:
            error = failure(refused.code, str(refused))
            report = Report(overlay.version, State.FAILED, error=json.loads(error))
        finally:
            if report.state is not State.SERVING:
                self._retire(candidates - self._used(name))
        self._report(name, report)

    async def _deployed(self, name: str) -> tuple[str, set[Definition]]:
        """Return the CodeSha256 of `$LATEST`, and the versions with that code that are in use."""
        latest = await self._functions.check(name, None)
        started = {replace(one, overlay=None) for one in self._functions.started(name)}
        same = {one for one in started if one.code_sha256 == latest.code_sha256}
        return latest.code_sha256, same or {latest}

    async def _initialize(self, versions: AbstractSet[Definition]) -> bytes | None:
        """Run the init phases of *versions*; return the first error."""
        results = await asyncio.gather(*map(self._functions.initialize_version, versions))
        return next((one.error for one in results if one.error is not None), None)

    def _used(self, name: str) -> set[Definition]:
        """Return the started versions of a function that run its current overlay."""
        found = self._serving.get(name)
        started = self._functions.started(name)
        return {one for one in started if found and one.overlay == found[0].folder}

    def _remove(self, name: str, kept: AbstractSet[Definition] = frozenset()) -> None:
        """End the overlay of a function, except the versions *kept*."""
        self._retire(self._used(name) - kept)
        if found := self._serving.pop(name, None):
            del self._functions.overlays[name, found[1]]

    def _retire(self, definitions: AbstractSet[Definition]) -> None:
        for one in definitions:
            self._functions.retire(one)

    async def _write(self, name: str, text: str) -> None:
        try:
            definition = await self._functions.check(name, None)
        except InvokeError:
            return
        self._functions.log(definition, text)
