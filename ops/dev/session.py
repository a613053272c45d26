"""Watches the services' files, and lays their changes over the local cloud."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles
from filelock import FileLock, Timeout

from localcloud.layout import ROOT
from ops import part
from ops.dev import overlay as overlays
from ops.dev import services
from ops.dev.changes import SERVICE_FILE, sort
from ops.dev.lease import UNREACHABLE
from ops.dev.overlay import Overlay, RejectedError
from ops.errors import CommandError
from ops.folders import KIT, existing, shown
from ops.locking import lock_file
from ops.screen import done, failed, out
from spec.catalogue import load_catalogue
from spec.faults import SpecError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from localcloud.layout import Layout
    from ops.dev.changes import Changes
    from ops.dev.lease import Lease, State
    from ops.dev.services import Service

RENEW_SECONDS, PENDING_SECONDS = 1.0, 0.1
"""Intervals of the lease's renewal: usually, and while the outcome of a change is not known."""
STEP_MILLISECONDS, DEBOUNCE_MILLISECONDS = 25, 400
"""Changes are read once nothing was saved for a step; longest wait for that."""
SLOW_SECONDS = 6.0
KEPT = "The code before it keeps answering."


class Session:
    """One run of `bulkhead dev`."""

    def __init__(
        self, layout: Layout, lease: Lease, found: Mapping[str, Service], *, every: bool
    ) -> None:
        """Develop the services in *found*; with *every*, services that are added too."""
        self._layout = layout
        self._folder = existing()
        self._every = every
        self._lease = lease
        self._overlays = {name: Overlay(layout, one) for name, one in found.items()}
        self._described = {name: _read(self._folder / name / SERVICE_FILE) for name in found}
        self._saved: asyncio.Queue[set[Path] | None] = asyncio.Queue()
        """Saved files; None after a deployment."""
        self._wake = asyncio.Event()
        self._told_slow: set[str] = set()
        self._rejected: set[str] = set()
        self._superseded: set[str] = set()
        self._reachable = True

    async def run(self) -> None:
        """Develop until cancelled; raises CommandError if another process develops a service."""
        await self._lease.renew(dict.fromkeys(self._overlays, ()))
        parts = (self._watch(), self._follow(), self._keep_renewing())
        running = [asyncio.create_task(part) for part in parts]
        try:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in running:
                task.cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
            with contextlib.suppress(*UNREACHABLE):
                await self._lease.release()
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _watch(self) -> None:
        async for saved in watchfiles.awatch(  # pyright: ignore[reportUnknownMemberType] - of anyio
            self._folder, KIT, step=STEP_MILLISECONDS, debounce=DEBOUNCE_MILLISECONDS
        ):
            self._saved.put_nowait({Path(path) for _, path in saved})

    async def _follow(self) -> None:
        await self._begin(self._overlays.values())
        watched = "every service" if self._every else ", ".join(self._overlays)
        out.print(f"Watching {watched}. Save a file to run it; end with Ctrl-C.")
        while True:
            saved = await self._saved.get()
            if saved is None:
                await self._reload()
                continue
            changes = sort(saved, self._folder)
            described = await asyncio.to_thread(self._changed_descriptions, changes)
            if not described or await self._deploy(described):
                await self._apply(changes)

    async def _begin(self, added: Collection[Overlay]) -> None:
        """Lay over what differs from the deployed code already."""
        for one in added:
            try:
                await asyncio.to_thread(one.prepare, out.print)
            except RejectedError as error:
                await self._reject(one, str(error))
        await self._update([one.service.name for one in added], time.time())

    async def _apply(self, changes: Changes) -> None:
        for name, paths in changes.files.items():
            for hint in self._overlays[name].hints(paths) if name in self._overlays else ():
                out.print(hint, markup=False)
        saved = {
            self._folder / name / path for name, paths in changes.files.items() for path in paths
        }
        changed = [
            name
            for name, one in self._overlays.items()
            if name in changes.files
            or (changes.kit and one.service.uses_kit)
            or any(file in saved for _, file in one.service.source.others)
        ]
        await self._update(changed, changes.saved_at or time.time())

    async def _update(self, names: Iterable[str], saved_at: float) -> None:
        """Build the code of services, and lay it over if it has changed."""
        for one in [self._overlays[name] for name in names]:
            name = one.service.name
            try:
                if await asyncio.to_thread(one.build, saved_at, out.print):
                    self._told_slow.discard(name)
                    self._wake.set()
                elif name in self._rejected:
                    done(f"{name} runs the saved code already")
                self._rejected.discard(name)
            except RejectedError as error:
                await self._reject(one, str(error))

    async def _reject(self, one: Overlay, why: str) -> None:
        self._rejected.add(one.service.name)
        failed(f"{one.service.name}: {why}\n{KEPT} Correct it and save again.")
        with contextlib.suppress(*UNREACHABLE):
            await self._lease.log(one.service.workloads, f"bulkhead dev: {why}\n{KEPT}")

    def _changed_descriptions(self, changes: Changes) -> list[str]:
        """Return the services whose service file has another content, and can be deployed."""
        names = [
            name for name in sorted(changes.service_files) if self._every or name in self._overlays
        ]
        found: list[str] = []
        for name in names:
            file = self._folder / name / SERVICE_FILE
            content = _read(file)
            if content is None:
                failed(f"{shown(file)} is gone. To remove it: bulkhead up")
            elif content != self._described.get(name):
                self._described[name] = content
                found.append(name)
        if found:
            try:
                load_catalogue(self._folder)
            except SpecError as error:
                failed(f"{error}\nNothing is deployed. Correct it and save again.")
                return []
        return found

    async def _deploy(self, names: Sequence[str]) -> bool:
        """Run `bulkhead up`, as a person would; return whether it succeeded."""
        files = ", ".join(shown(self._folder / name / SERVICE_FILE) for name in names)
        out.print(f"{files} changed: bulkhead up", markup=False)
        up = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ops", "up", *part.options(self._layout)),
            cwd=ROOT,
            env=os.environ | {"BULKHEAD_HOME": str(self._layout.home)},
        )
        waiting = asyncio.ensure_future(up.wait())
        try:
            code = await asyncio.shield(waiting)
        except asyncio.CancelledError:
            await waiting  # Ctrl-C has reached it too; it saves its state
            raise
        await self._reload()
        out.print("Save a file to run it; end with Ctrl-C.")
        return code == 0

    async def _reload(self) -> None:
        """Read what is deployed; lay over what differs from it."""
        superseded, self._superseded = self._superseded, set()
        try:
            found = await asyncio.to_thread(services.services, self._layout)
        except CommandError as error:
            failed(str(error))
            return
        for name, one in list(self._overlays.items()):
            if name not in found:
                del self._overlays[name]
            elif name in superseded or one.service != found[name]:
                one.supersede(found[name])
        await self._update(self._overlays, time.time())
        added = found.keys() - self._overlays.keys() if self._every else set[str]()
        new = {name: Overlay(self._layout, found[name]) for name in sorted(added)}
        self._overlays |= new
        await self._begin(new.values())
        self._wake.set()

    async def _keep_renewing(self) -> None:
        while True:
            self._wake.clear()
            declared = {name: one.declared() for name, one in self._overlays.items()}
            try:
                states = await self._lease.renew(declared)
            except UNREACHABLE as error:
                self._tell_unreachable(str(error))
            else:
                self._reachable = True
                for one in self._overlays.values():
                    self._tell(one, states)
            if self._superseded and self._saved.empty() and not self._is_deploying():
                self._saved.put_nowait(None)
            pending = any(one.pending for one in self._overlays.values())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PENDING_SECONDS if pending else RENEW_SECONDS):
                    await self._wake.wait()

    def _tell(self, one: Overlay, states: Mapping[str, State]) -> None:
        for workload, state in one.news(states):
            if state.state == overlays.SERVING:
                done(f"{workload.name} runs the saved code after {one.seconds():.1f} s")
            elif state.state == overlays.FAILED:
                more = f"Correct it and save again. Its log: bulkhead logs {workload.name}"
                failed(f"{workload.name}: {one.why(state)}\n{KEPT} {more}")
        name = one.service.name
        if any(state.state == overlays.SUPERSEDED for state in one.known(states).values()):
            self._superseded.add(name)
        if one.pending and one.seconds() > SLOW_SECONDS and name not in self._told_slow:
            self._told_slow.add(name)
            out.print(f"{name} is still starting. {KEPT} Its log: bulkhead logs {name} -f")

    def _tell_unreachable(self, error: str) -> None:
        if self._reachable:
            failed(f"The local cloud does not answer: {error}\nIf it is stopped: bulkhead up")
        self._reachable = False

    def _is_deploying(self) -> bool:
        """Return whether a command that changes the environment runs."""
        try:
            with FileLock(lock_file(self._layout)).acquire(timeout=0):
                return False
        except Timeout:
            return True


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
