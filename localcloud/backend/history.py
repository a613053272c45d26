"""What the updates of the stacks did, for a page that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.backend.store import Store, Update

SHOWN = 50
RUNNING = "running"


def recent(store: Store, limit: int = SHOWN) -> list[dict[str, Any]]:
    """Return the last updates of every stack in *store*, the latest first; previews do not count.

    One that runs has the result `running`, and no end.
    """
    found = [
        _shown(f"{stack.project}/{stack.name}", update)
        for stack in store.stacks()
        for update in (store.active(stack), *store.history(stack))
        if update
    ]
    return sorted(found, key=lambda one: -one["started"])[:limit]


def _shown(stack: str, update: Update) -> dict[str, Any]:
    return {
        "stack": stack,
        "kind": update.kind,
        "version": update.version,
        "started": update.started or 0.0,
        "ended": update.ended,
        "result": update.result or RUNNING,
        "changes": update.changes,
        "recovered": update.recovered,
    }
