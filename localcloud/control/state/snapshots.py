"""Saves the backends that a request may have changed, and loads them at start."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import AccountSpecificBackend, BaseBackend

from localcloud.aws import pickling
from localcloud.aws.journal import DELETED, JOURNAL, Work
from localcloud.aws.registry import services
from localcloud.control.operations import is_data, reads
from localcloud.control.state.store import BackendKey, Changes, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def note_touched() -> None:
    """Patch moto's dictionaries of backends to record in the journal which ones are fetched."""
    kind: Any = AccountSpecificBackend
    fetch, items = kind.__getitem__, kind.items

    @functools.wraps(fetch)
    def noted(self: Any, region: str) -> Any:
        backend = fetch(self, region)
        JOURNAL.work.touched[id(backend)] = backend
        return backend

    def noted_items(self: Any) -> Any:
        # moto searches all regions for the backend of an unsigned request.
        JOURNAL.work.touched.update((id(backend), backend) for backend in self.values())
        return items(self)

    kind.__getitem__, kind.items = noted, noted_items


class Snapshots:
    """Saves touched backends before the response, and loads the whole state at start."""

    def __init__(
        self,
        store: Store,
        account: str,
        announce: Callable[[str], None] = lambda _: None,
        changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Save the backends of *account* in *store*.

        *announce* is told the changed collections, *changed* the services that `Work` announces.
        """
        self._store = store
        self._account = account
        self._announce = announce
        self._changed = changed

    def load(self, restore: Mapping[str, Callable[[str, str, bytes], None]]) -> None:
        """Load every backend, then the entries of each collection with its function."""
        for key, state in self._store.backends():
            pickling.backend_of(*key).__dict__.update(pickling.loads(state))
        for prefix, put_back in restore.items():
            for collection, key, value in self._store.entries(prefix):
                put_back(collection, key, value)

    def save(self, work: Work) -> None:
        """Save the changes of *work*; the caller holds the journal's lock."""
        written: list[tuple[str, str, bytes]] = []
        deleted: list[tuple[str, str]] = []
        for collection, entries in work.entries.items():
            for key, recorded in entries.values.items():
                value: Any = recorded() if callable(recorded) else recorded
                if value is DELETED:
                    deleted.append((collection, key))
                else:
                    written.append((collection, key, value))
        cleared = [name for name, entries in work.entries.items() if entries.cleared]
        self._store.write(Changes(self._snapshots(work), cleared, written, deleted))
        for kind in {collection.partition(" ")[0] for collection, *_ in written}:
            self._announce(kind)
        for service in work.announced:
            self._changed(service)

    def _snapshots(self, work: Work) -> dict[BackendKey, bytes]:
        found: dict[BackendKey, bytes] = {}
        for backend in {**self._touched(work), **work.whole}.values():
            kind = type(backend)
            key = BackendKey(
                kind.__module__, kind.__name__, backend.account_id, backend.region_name
            )
            found[key] = pickling.dumps(backend.__dict__)
        return found

    def _touched(self, work: Work) -> dict[int, BaseBackend]:
        if reads(work.operation):
            return {}
        unchanged = _unchanged(work)
        related = {one.moto: one.related for one in services()}
        touched = {
            id(backend): backend
            for backend in work.touched.values()
            if backend.account_id == self._account and _service(backend) not in unchanged
        }
        for backend in list(touched.values()):
            for service in related.get(_service(backend), ()):
                held = getattr(backend, f"{service}_backend", None)
                if held is not None:
                    touched[id(held)] = held
        return touched


def _unchanged(work: Work) -> set[str]:
    """Return moto's names of services whose backends *work* fetched without changing them."""
    on_data = is_data(work.service, work.operation)
    identity = {one.signing_name for one in services() if one.read_by_every_request}
    return {
        one.moto
        for one in services()
        if (on_data and not one.data_changes_backend)
        or (one.read_by_every_request and work.service not in identity)
    }


def _service(backend: BaseBackend) -> str:
    return type(backend).__module__.split(".")[1]
