"""The HTTP server of the state service, in a thread of the control process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from localcloud.backend import credentials, migration
from localcloud.backend.service import application
from localcloud.backend.updates import Updates
from localcloud.engine.creations import look_up
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout

THREADS = 6
"""An engine sends journal entries one after the other, and three requests with events beside it."""

BODY_BYTES = 1 << 30
"""The largest request: the import of a state."""


class StateServer:
    """Serves the state of *layout* until it is closed."""

    def __init__(self, layout: Layout) -> None:
        """Listen on the assigned port; a state of a file backend is moved here first."""
        self._store = migration.open_store(layout)
        updates = Updates(self._store, lambda urn, since: look_up(layout, urn, since))
        self._server: Any = create_server(
            application(self._store, updates, credentials.token(layout)),
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

    def close(self) -> None:
        """Stop listening, and close the file."""
        self._server.close()
        self._store.close()
