"""The WSGI application: internal routes, and the emulated AWS API for every other path.

Import it only after `overrides.before_moto`: it imports backends of moto.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from localcloud.account import ACCOUNT
from localcloud.aws import overrides
from localcloud.aws.endpoints import ControlEndpoints
from localcloud.aws.journal import JOURNAL
from localcloud.aws.registry import services
from localcloud.control.changes import Changes
from localcloud.control.emulator import Emulator
from localcloud.control.internal import add_routes
from localcloud.control.operations import is_signed_for_s3, signed_service
from localcloud.control.routes import PREFIX, Routes
from localcloud.control.sessions import expired_session
from localcloud.control.state.snapshots import Snapshots, note_touched
from localcloud.control.state.store import Store
from localcloud.control.telemetry import Telemetry
from localcloud.control.validation.errors import response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localcloud.layout import Layout


class Application:
    """Answers every request on the control plane's port."""

    def __init__(self, layout: Layout, port: int) -> None:
        """Install the overrides and load the saved state."""
        self.changes = Changes()
        self.routes = Routes()
        self.emulator = Emulator(self.changes, ACCOUNT)
        endpoints = ControlEndpoints(layout, port)
        overrides.install(endpoints)
        warm = [service for service in services() if service.warm_up]
        self.emulator.warm(*(service.moto for service in warm))  # with the paths of overrides
        self.telemetry = Telemetry(layout)
        self._applications = overrides.applications(endpoints)
        self._store = Store(layout.data / "cloud.sqlite", f"moto {version('moto')}")
        snapshots = Snapshots(self._store, ACCOUNT, self._announce, self.changes.changed)
        with JOURNAL.lock:
            snapshots.load(overrides.collections())
            overrides.after_load()
        note_touched()
        JOURNAL.sink = snapshots
        overrides.resume()
        add_routes(self.routes, self.changes, endpoints, [service.signing_name for service in warm])

    def _announce(self, collection: str) -> None:
        if any(collection in service.announced_collections for service in services()):
            self.changes.changed(collection)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX):
            return self.routes(environ, start_response)
        service = signed_service(environ)
        if refused := expired_session(environ, service):
            status, headers, body = response(*refused)
            start_response(status, headers)
            return [body]
        if self.telemetry.answers(environ, service):
            return self.telemetry.answer(environ, service, start_response)
        for application in () if is_signed_for_s3(environ) else self._applications:
            if application.matches(path):
                return application(environ, start_response)
        return self.emulator(environ, start_response)

    def wake_waiting(self) -> None:
        """End every long poll, before the process exits."""
        self.changes.close()
        self.telemetry.end_streams()
        overrides.wake_waiting()

    def close(self) -> None:
        """Stop servers that this process started, and close the state file."""
        overrides.close()
        with JOURNAL.lock:
            JOURNAL.sink = None
            self._store.close()
