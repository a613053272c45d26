"""Reports exceptions of the calls of `random` and `tls` to the engine."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

import grpc

from localcloud.provider.guard import RequestRejectedError

if TYPE_CHECKING:
    from collections.abc import Callable

LOGGER = logging.getLogger(__name__)


def report_errors(method: Callable[..., Any]) -> Callable[..., Any]:
    """Report exceptions of *method* as gRPC errors with one sentence."""

    @functools.wraps(method)
    def call(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except RequestRejectedError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:
            LOGGER.exception("%s failed", method.__name__)
            text = f"{method.__name__} failed in the provider: {type(error).__name__}: {error}"
            context.abort(grpc.StatusCode.INTERNAL, text)

    return call
