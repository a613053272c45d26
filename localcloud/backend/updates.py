"""The course of an update: one at a time for each stack, and each ends with a whole state.

An update whose process is gone is ended by the next one, with the journal entries it had sent.
"""

from __future__ import annotations

import ctypes
import gc
import secrets
import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any

from localcloud.backend import recovery
from localcloud.backend.document import document, manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localcloud.backend.owner import Process
    from localcloud.backend.recovery import Recovered
    from localcloud.backend.store import Stack, Store, Update
    from localcloud.engine.creations import Creation

Json = dict[str, Any]

SUCCEEDED, FAILED = "succeeded", "failed"
DELETING = "deleting"


class ConflictError(RuntimeError):
    """Raised where a running update holds the stack."""


def release_memory() -> None:
    """Return what a replay has used to the operating system; glibc would keep it."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


class Updates:
    """Starts and ends updates in *store*."""

    def __init__(
        self,
        store: Store,
        look_up: Callable[[str, float], Creation],
        others: Callable[[], Iterable[Store]] = tuple,
    ) -> None:
        """Use *look_up* for the provider's last create of a URN since a time.

        *others* returns the stores of other programs on the same cloud.
        """
        self.store = store
        self.others = others
        self._look_up = look_up
        self._starting = threading.Lock()

    def start(self, stack: Stack, update: Update, owner: Process | None) -> tuple[int, str]:
        """Start *update* of the process *owner*; return the stack's next version and a token.

        Raises ConflictError while another update is running, unless this one is a preview.
        """
        with self._starting:
            if not update.preview:
                self.free(stack)
            token = secrets.token_urlsafe(24)
            return self.store.start_update(stack, update, token, owner), token

    def free_if_abandoned(self, stack: Stack) -> str:
        """End the update of a process that is gone; return what was resolved, '' if nothing."""
        with self._starting:
            try:
                return str(self.free(stack) or "")
            except ConflictError:
                return ""

    def free(self, stack: Stack) -> Recovered | None:
        """End the update of a process that is gone; raise ConflictError while it lives."""
        active = self.store.active(stack)
        if active is None:
            return None
        if active.owner is not None and active.owner.is_alive():
            raise ConflictError(
                f"process {active.owner.pid} is changing the stack {stack.name} ({active.kind}):"
                " wait for it, or stop it with Ctrl-C"
            )
        return self.end(stack, active, FAILED)

    def end(self, stack: Stack, update: Update, result: str, engine: str = "") -> Recovered:
        """End *update*, and save the stack's state; *engine* is the version of the engine."""
        if update.preview:
            self.store.end_update(update, result)
            return recovery.Recovered()
        replay = self.store.replay(stack, update)
        deployment = replay.deployment()
        since = update.started or 0.0
        recovered = recovery.recover(
            deployment,
            replay.failed,
            lambda urn: self._look_up(urn, since),
            lambda type_, id_: self.is_elsewhere(stack, type_, id_),
        )
        known = (deployment.get("manifest") or {}).get("version", "")
        deployment["manifest"] = manifest(engine or known)
        with self.store.transaction():
            self.store.save(stack, document(deployment, byte_strings=replay.byte_strings))
            self.store.end_update(update, result)
        del replay, deployment
        release_memory()
        return recovered

    def replace_state(self, stack: Stack, state: Json, owner: Process | None) -> str:
        """Replace the stack's state by the document *state*; return the id of an ended update."""
        identity = uuid.uuid4().hex
        self.store.create_update(stack, identity, "import", {}, "")
        update = self.store.update(stack, identity)
        assert update is not None  # noqa: S101 - it was created above
        self.start(stack, update, owner)
        with self.store.transaction():
            self.store.save(stack, state)
            self.store.end_update(update, SUCCEEDED)
        return identity

    def is_shared(self, urn: str, id_: str) -> bool:
        """Say whether the state has more resources with *urn* and *id_* than are being deleted.

        After an interrupted replacement was reverted, a create may return the object that is still
        to be deleted.
        """
        name, project = urn.removeprefix("urn:pulumi:").split("::")[:2]
        stack = self.store.stack(project, name)
        deployment = (self.store.current(stack) if stack else {}).get("deployment") or {}
        deleting = [
            one["resource"]
            for one in deployment.get("pending_operations", ())
            if one["type"] == DELETING
        ]
        kept, deleted = (
            sum(one["urn"] == urn and one.get("id") == id_ for one in found)
            for found in (deployment.get("resources", ()), deleting)
        )
        return kept > max(deleted, 1)

    def is_elsewhere(self, stack: Stack, type_: str, id_: str) -> bool:
        """Say whether another stack has the object *id_*: it must not be adopted twice."""
        others = [(self.store, one) for one in self.store.stacks() if one.key != stack.key]
        others += [(store, one) for store in self.others() for one in store.stacks()]
        return any(
            resource["type"] == type_ and resource.get("id") == id_
            for store, other in others
            for resource in (store.current(other).get("deployment") or {}).get("resources", ())
        )
