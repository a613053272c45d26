"""Moves the state of a file backend, which earlier releases used, into the store."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from localcloud.backend import recovery
from localcloud.backend.document import document
from localcloud.backend.store import Store, path
from localcloud.engine.creations import look_up

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout

Json = dict[str, Any]


class UnreadableStateError(ValueError):
    """Raised for a state file that is not a checkpoint of the Pulumi CLI."""

    def __init__(self, file: Path, reason: Exception) -> None:
        """Name *file*."""
        super().__init__(f"{file} is not a checkpoint of the Pulumi CLI: {reason!r}")


def exists(layout: Layout) -> bool:
    """Say whether there is a store, or a file backend to migrate."""
    return path(layout).exists() or bool(_files(layout))


def open_store(layout: Layout) -> Store:
    """Open the store of *layout*; take in the state of a file backend first, if there is one.

    Raises UnreadableStateError where that state cannot be read.
    """
    store = Store(path(layout))
    try:
        migrate(layout, store)
    except BaseException:
        store.close()
        raise
    return store


def migrate(layout: Layout, store: Store) -> None:
    """Take each stack of the file backend into *store*, with what an interrupted run left open.

    Its files are kept, in `state.migrated`. Raises UnreadableStateError; then nothing has changed.
    """
    if not _files(layout):
        return
    with store.transaction():  # another process may do the same
        for file in _files(layout):
            if store.stack(file.parent.name, file.stem) is None:
                _take(layout, store, file)
    with contextlib.suppress(OSError):
        _folder(layout).rename(layout.pulumi / "state.migrated")  # or another one has


def _folder(layout: Layout) -> Path:
    return layout.pulumi / "state"


def _files(layout: Layout) -> list[Path]:
    try:
        return sorted(_folder(layout).glob(".pulumi/stacks/*/*.json"))
    except FileNotFoundError:  # another process has renamed the folder
        return []


def _take(layout: Layout, store: Store, file: Path) -> None:
    deployment = _latest(file)
    if deployment:
        recovery.recover(deployment, (), lambda urn: look_up(layout, urn), lambda *_: False)
    state = document(deployment, byte_strings=False)
    store.create_stack(file.parent.name, file.stem, {}, state)


def _latest(file: Path) -> Json:
    try:
        return json.loads(file.read_text())["checkpoint"].get("latest") or {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableStateError(file, error) from error
