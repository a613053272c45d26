"""moto's WSGI application; requests run one at a time and are saved before the response."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from moto.core.responses import BaseResponse
from moto.moto_server import werkzeug_app

from localcloud.aws.journal import JOURNAL
from localcloud.control.operations import (
    guessed_operation,
    is_control_change,
    signed_service,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localcloud.control.changes import Changes

_LOG = logging.getLogger(__name__)


def note_operations() -> None:
    """Patch moto to record the operation of each request in the journal."""
    call_action = BaseResponse.call_action

    def noted(self: BaseResponse) -> Any:
        JOURNAL.work.operation = self._get_action() or ""
        return call_action(self)

    BaseResponse.call_action = noted


class Emulator:
    """The emulated AWS API."""

    def __init__(self, changes: Changes, account: str) -> None:
        """Serve the backends of *account*, and announce changes in *changes*."""
        # moto creates a backend in its default account to read the URL patterns.
        werkzeug_app.DEFAULT_ACCOUNT_ID = account  # pyright: ignore[reportPrivateImportUsage]
        note_operations()
        self._moto = werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app)
        self._changes = changes

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one AWS request."""
        try:
            status, headers, body, service = self._answer(environ)
        except Exception as error:  # noqa: BLE001 - what is not saved must fail
            _LOG.exception("%s could not be saved", JOURNAL.work.service)
            status, headers, body = _fault(environ, error, JOURNAL.work.operation)
            service = ""
        if service:
            self._changes.changed(service)
        start_response(status, headers)
        return [body]

    def warm(self, *services: str) -> None:
        """Import and create the applications of *services* (moto's names) ahead of requests."""
        for service in services:
            if service not in self._moto.app_instances:
                self._moto.app_instances[service] = werkzeug_app.create_backend_app(service)  # pyright: ignore[reportArgumentType]

    def _answer(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes, str]:
        answer: list[Any] = []

        def remember(status: str, headers: list[tuple[str, str]], _info: Any = None) -> None:
            answer[:] = [status, headers]

        with JOURNAL.transaction() as work:
            work.abandoned = environ.get("waitress.client_disconnected", bool)
            work.service = signed_service(environ)
            work.operation = guessed_operation(environ, work.service)
            try:
                body = b"".join(self._moto(environ, remember))
            except Exception as error:  # noqa: BLE001 - errors in moto must not end the process
                _LOG.warning("%s %s failed", work.service, JOURNAL.work.operation, exc_info=True)
                return *_fault(environ, error, JOURNAL.work.operation), ""
            finally:
                operation = JOURNAL.work.operation
        done = not answer[0].startswith(("4", "5"))
        changed = work.service if done and is_control_change(work.service, operation) else ""
        return answer[0], answer[1], body, changed


def _fault(
    environ: dict[str, Any], error: Exception, operation: str
) -> tuple[str, list[tuple[str, str]], bytes]:
    missing = isinstance(error, NotImplementedError)
    code = "NotImplemented" if missing else "InternalFailure"
    found = str(error) or type(error).__name__
    text = f"the local cloud does not support {operation}: {found}" if missing else found
    status = "501 Not Implemented" if missing else "500 Internal Server Error"
    if "json" in environ.get("CONTENT_TYPE", "") or "HTTP_X_AMZ_TARGET" in environ:
        body = json.dumps({"__type": code, "message": text}).encode()
        return status, [("Content-Type", "application/x-amz-json-1.1")], body
    xml = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    whole = f"<ErrorResponse>{xml}<RequestId>local</RequestId></ErrorResponse>".encode()
    return status, [("Content-Type", "text/xml"), ("x-amzn-ErrorType", code)], whole
