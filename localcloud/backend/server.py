"""The HTTP server of the state service, in a thread of the control process."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from localcloud.backend import credentials, foreign, history, migration
from localcloud.backend.encryption import Encryption
from localcloud.backend.service import application
from localcloud.backend.store import Store
from localcloud.backend.updates import Updates
from localcloud.engine.creations import look_up
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.layout import Layout

THREADS = 6
"""An engine sends journal entries one after the other, and three requests with events beside it."""

BODY_BYTES = 1 << 30
"""The largest request: the import of a state."""


class StateServer:
    """Serves the state of *layout*, and of the programs in other folders, until it is closed."""

    def __init__(self, layout: Layout) -> None:
        """Listen on the assigned port; a state of a file backend is moved here first."""
        self._applications = Applications(layout)
        self._server: Any = create_server(
            self._applications,
            host=HOST,
            port=claim(layout, credentials.PORT),
            threads=THREADS,
            max_request_body_size=BODY_BYTES,
            inbuf_overflow=BODY_BYTES,
            outbuf_overflow=BODY_BYTES,
            asyncore_loop_timeout=30,
            ident="bulkhead",
        )
        threading.Thread(target=self._server.run, name="state", daemon=True).start()

    def is_shared(self, urn: str, id_: str) -> bool:
        """Say whether a state keeps the object of *urn* that one of its deletes names."""
        return self._applications.is_shared(urn, id_)

    def recent(self) -> list[dict[str, Any]]:
        """Return the last updates of the stacks of this checkout."""
        return history.recent(self._applications.store)

    def close(self) -> None:
        """Stop listening, and close the files."""
        self._server.close()
        self._applications.close()


@dataclass(frozen=True)
class State:
    """A state that is served."""

    application: Any
    updates: Updates


class Applications:
    """The WSGI application of each state, by the prefix of the path."""

    def __init__(self, layout: Layout) -> None:
        """Serve the state of *layout*, and those of other programs once they are asked for."""
        self._layout = layout
        self._lock = threading.Lock()
        self._encryption = Encryption(layout)
        self._states: dict[str, State] = {}
        self._states[""] = self._state("", migration.open_store(layout))

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        """Answer a request."""
        path: str = environ["PATH_INFO"]
        if path.startswith(foreign.PREFIX):
            name, slash, rest = path.removeprefix(foreign.PREFIX).partition("/")
            if state := self._of_program(name):
                environ["SCRIPT_NAME"] = f"{foreign.PREFIX}{name}"
                environ["PATH_INFO"] = f"{slash}{rest}"
                return state.application(environ, start)
        return self._states[""].application(environ, start)

    def close(self) -> None:
        """Close the files."""
        for state in self._states.values():
            state.updates.store.close()

    @property
    def store(self) -> Store:
        """The state of the checkout's own program."""
        return self._states[""].updates.store

    def is_shared(self, urn: str, id_: str) -> bool:
        """Say whether a state has more resources with *urn* and *id_* than it is deleting."""
        return any(state.updates.is_shared(urn, id_) for state in list(self._states.values()))

    def updates_of(self, name: str) -> Updates:
        """Return the updates of a program that is known."""
        state = self._of_program(name)
        assert state is not None, f"no program {name}"  # noqa: S101 - the caller knows it
        return state.updates

    def _of_program(self, name: str) -> State | None:
        """Return the state of a program, opened at first use; None if there is none."""
        with self._lock:
            if name not in self._states:
                known = {one.home.name: one for one in foreign.known(self._layout)}
                if name not in known:
                    return None
                self._states[name] = self._state(name, Store(known[name].state))
            return self._states[name]

    def _state(self, name: str, store: Store) -> State:
        """Return the state in *store*; secrets of the checkout's own have a passphrase."""
        updates = Updates(
            store, lambda urn, since: look_up(self._layout, urn, since), lambda: self._others(name)
        )
        encryption = self._encryption if name else None
        token = credentials.token(self._layout)
        return State(application(store, updates, token, encryption), updates)

    def _others(self, name: str) -> list[Store]:
        """Return the stores of every state but that of *name*."""
        for one in foreign.known(self._layout):
            self._of_program(one.home.name)
        return [state.updates.store for key, state in self._states.items() if key != name]
