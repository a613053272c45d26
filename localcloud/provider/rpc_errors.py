"""Reports exceptions of the provider's calls to the engine, as gRPC errors."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from localcloud.provider import guard, installations
from localcloud.provider.archives import AssetError
from localcloud.provider.cloud import AwsError
from localcloud.provider.context import CancelledError, ResourceFailedError, TimeLimitError
from localcloud.provider.lifecycle import InitFailedError, ResourceNotFoundError
from localcloud.provider.project_files import ProjectFileError
from localcloud.provider.values import to_struct

if TYPE_CHECKING:
    from collections.abc import Callable


LOGGER = logging.getLogger(__name__)
EXPECTED_ERRORS = (
    guard.RequestRejectedError,
    AwsError,
    TimeLimitError,
    CancelledError,
    ResourceNotFoundError,
    ResourceFailedError,
    ProjectFileError,
    AssetError,
)


def report_errors(method: Callable[..., Any]) -> Callable[..., Any]:
    """Report exceptions of *method* as gRPC errors with one sentence."""

    @functools.wraps(method)
    def call(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            with installations.using(self.connections.of(context.peer()).sdk):
                return method(self, request, context)
        except InitFailedError as error:
            _abort_partial(context, error)
        except EXPECTED_ERRORS as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:
            LOGGER.exception("%s failed", method.__name__)
            text = f"{method.__name__} failed in the provider: {type(error).__name__}: {error}"
            context.abort(grpc.StatusCode.INTERNAL, text)

    return call


def _abort_partial(context: grpc.ServicerContext, error: InitFailedError) -> None:
    """Report a partial failure, so that the engine keeps the object in the state."""
    if not isinstance(error.cause, EXPECTED_ERRORS):
        LOGGER.error("an object is incomplete", exc_info=error.cause)
    details = provider_pb2.ErrorResourceInitFailed(
        id=error.id,
        properties=to_struct(error.outputs),
        reasons=[str(error)],
        inputs=to_struct(error.inputs),
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(details)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, str(error))
