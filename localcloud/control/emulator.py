"""moto's WSGI application; requests run one at a time and are saved before the response."""

from __future__ import annotations

import functools
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from moto import backends
from moto.core import responses, utils
from moto.core.responses import BaseResponse
from moto.moto_server import werkzeug_app

from localcloud.aws.journal import JOURNAL
from localcloud.aws.registry import service_signed_as
from localcloud.control import presigned
from localcloud.control.later import later
from localcloud.control.operations import (
    guessed_operation,
    is_control_change,
    signed_service,
)
from localcloud.control.validation.errors import AwsError, response
from localcloud.control.validation.requests import protocol_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localcloud.control.changes import Changes
    from localcloud.control.validation.errors import Response

_LOG = logging.getLogger(__name__)


def note_operations() -> None:
    """Patch moto to record the operation of each request."""
    call_action = BaseResponse.call_action

    def noted(self: BaseResponse) -> Any:
        JOURNAL.work.operation = self._get_action() or ""
        return call_action(self)

    BaseResponse.call_action = noted


def list_once() -> None:
    """Patch moto to list its folder and the methods of its classes once, not for each request.

    Both took a third of the CPU time of a call.
    """
    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    responses.method_names_from_class = functools.cache(utils.method_names_from_class)  # pyright: ignore[reportPrivateImportUsage]


class Dispatcher(werkzeug_app.DomainDispatcherApplication):
    """Sends requests to moto's services, and none to moto's own routes by their path."""

    def get_backend_for_host(self, host: str | None) -> Any:
        """Return the backend of *host*; buckets may be named `moto-api` and `latest`."""
        own = host in {"moto_api", "instance_metadata"}
        return None if own else super().get_backend_for_host(host)


class Emulator:
    """The emulated AWS API."""

    def __init__(self, changes: Changes, account: str) -> None:
        """Serve the backends of *account*, and announce changes in *changes*."""
        # moto creates a backend in its default account to read the URL patterns.
        werkzeug_app.DEFAULT_ACCOUNT_ID = account  # pyright: ignore[reportPrivateImportUsage]
        note_operations()
        list_once()
        self._moto = Dispatcher(werkzeug_app.create_backend_app)
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
        if status.startswith(("4", "5")):
            _count_error(signed_service(environ), body)
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
            refused = (
                presigned.refusal(environ, work.service)
                or later(environ, work.service)
                or refusal(environ, work.service)
            )
            if refused is not None:
                return *response(*refused), ""
            try:
                body = b"".join(self._moto(environ, remember))
            except Exception as error:  # noqa: BLE001 - errors in moto must not end the process
                _LOG.warning("%s %s failed", work.service, JOURNAL.work.operation, exc_info=True)
                return *_fault(environ, error, JOURNAL.work.operation), ""
            finally:
                operation = JOURNAL.work.operation
        if answer[0].startswith("404") and _is_html(answer[1]) and body:
            path = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            return *_fault(environ, NotImplementedError("no such path"), path), ""
        done = not answer[0].startswith(("4", "5"))
        changed = work.service if done and is_control_change(work.service, operation) else ""
        return answer[0], answer[1], body, changed


def _count_error(service: str, body: bytes) -> None:
    declared = service_signed_as(service)
    if declared is not None and declared.count_error:
        declared.load(declared.count_error)(body)


def _is_html(headers: list[tuple[str, str]]) -> bool:
    return any(k.lower() == "content-type" and v.startswith("text/html") for k, v in headers)


def _fault(environ: dict[str, Any], error: Exception, operation: str) -> Response:
    found = str(error) or type(error).__name__
    if isinstance(error, NotImplementedError):
        text = f"the local cloud does not support {operation}: {found}"
        told = AwsError("NotImplemented", text, HTTPStatus.NOT_IMPLEMENTED)
    else:
        told = AwsError("InternalFailure", found, HTTPStatus.INTERNAL_SERVER_ERROR)
    return response(told, protocol_of(environ, signed_service(environ)))
