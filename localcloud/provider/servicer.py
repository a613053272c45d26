"""The protocol: Pulumi's ResourceProvider over the table."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from localcloud.engine.creations import Creations
from localcloud.provider import guard, lifecycle, sdk, work
from localcloud.provider.archives import AssetError
from localcloud.provider.checking import check
from localcloud.provider.cloud import AwsError, Cloud
from localcloud.provider.connections import Connection, Connections
from localcloud.provider.context import CancelledError, FailedError, TooLateError
from localcloud.provider.diff import diff
from localcloud.provider.lifecycle import PartialError, VanishedError
from localcloud.provider.row import Mode
from localcloud.provider.values import from_struct, revealed, to_struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.provider.settings import ProviderSettings

LOGGER = logging.getLogger(__name__)
EXPECTED = (guard.RefusedError, AwsError, TooLateError, CancelledError, VanishedError, FailedError)
EXPECTED += (AssetError,)


def answered(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors of *method* into one sentence for the engine."""

    @functools.wraps(method)
    def call(self: Servicer, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except PartialError as error:
            _abort_partial(context, error)
        except EXPECTED as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:
            LOGGER.exception("%s failed", method.__name__)
            text = f"{method.__name__} failed in the provider: {type(error).__name__}: {error}"
            context.abort(grpc.StatusCode.INTERNAL, text)

    return call


def _abort_partial(context: grpc.ServicerContext, error: PartialError) -> None:
    """Tell the engine that the object exists and must be kept, and what went wrong with it."""
    if not isinstance(error.cause, EXPECTED):
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


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine."""

    def __init__(self, settings: ProviderSettings, cloud: Cloud) -> None:
        """Serve as *settings* say, on *cloud*."""
        self.settings = settings
        self.connections = Connections(cloud, settings.project_directory)

    @functools.cached_property
    def _creations(self) -> Creations:
        return Creations(self.settings.layout)

    def _connection(self, context: grpc.ServicerContext) -> Connection:
        """Return the connection, refusing an engine that was connected to another process."""
        connection = self.connections.of(context.peer())
        if not connection.configured:
            raise guard.RefusedError(
                "the local cloud was restarted meanwhile: run the command again"
            )
        return connection

    @answered
    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Begin a connection."""
        self.connections.open(context.peer()).attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, supports_autonaming_configuration=True
        )

    @answered
    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Learn where the engine takes log lines."""
        self.connections.of(context.peer()).attach(request.address)
        return empty_pb2.Empty()

    @answered
    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Say that this is the SDK's version."""
        return plugin_pb2.PluginInfo(version=sdk.version())

    @answered
    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return a schema with a name and a version; the types are those of the SDK."""
        schema = f'{{"name": "aws", "version": "{sdk.version()}"}}'
        return provider_pb2.GetSchemaResponse(schema=schema)

    @answered
    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Refuse a provider that means another account."""
        guard.stack(self.settings, request.urn)
        reason = guard.account(self.settings, from_struct(request.news))
        failures = [provider_pb2.CheckFailure(property="allowedAccountIds", reason=reason)]
        return provider_pb2.CheckResponse(
            inputs=request.news, failures=failures if reason else None
        )

    @answered
    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Replace the provider, and what it made, when its region changes."""
        olds, news = (
            revealed(from_struct(bag)) for bag in (request.old_inputs or request.olds, request.news)
        )
        changed = {key for key in {*olds, *news} if olds.get(key) != news.get(key)}
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if changed
            else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted(changed),
            replaces=["region"] if "region" in changed else [],
        )

    @answered
    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the region and the default tags of this connection."""
        guard.stack(self.settings, request.urn)
        arguments = from_struct(request.args)
        reason = guard.account(self.settings, arguments)
        if reason:
            raise guard.RefusedError(f"allowedAccountIds {reason}")
        self.connections.of(context.peer()).configure(arguments)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    @answered
    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Complete the inputs with a name and all tags, and find what AWS would refuse."""
        guard.stack(self.settings, request.urn)
        row = guard.row(request.type or work.type_of(request.urn))
        inputs, faults = check(
            row, request, self._connection(context), live=self.settings.mode == "live"
        )
        return provider_pb2.CheckResponse(
            inputs=to_struct(inputs),
            failures=[
                provider_pb2.CheckFailure(property=fault.property, reason=fault.reason)
                for fault in faults
            ],
        )

    @answered
    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Say what a change of inputs means."""
        guard.stack(self.settings, request.urn)
        row = guard.row(request.type or work.type_of(request.urn))
        old = request.old_inputs if request.old_inputs.fields else request.olds
        found = diff(
            row,
            revealed(from_struct(old)),
            revealed(from_struct(request.news)),
            region=self._connection(context).region,
            ignored=request.ignoreChanges,
        )
        return work.diff_response(found)

    @answered
    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make the object; in a preview only say what it would look like."""
        guard.stack(self.settings, request.urn)
        row = guard.row(request.type or work.type_of(request.urn))
        connection = self._connection(context)
        news = from_struct(request.properties)
        if request.preview:
            region = revealed(news.get("region")) or connection.region
            outputs = lifecycle.planned(row, work.plain(news), region)
            return provider_pb2.CreateResponse(properties=work.marked(row, outputs, news))
        guard.work(self.settings, "Create", request.urn)
        recorded = row.mode is Mode.RECORDED
        connection.log(request.urn, f"local: {row.mode}", lasting=recorded)
        job = work.context(connection, request, row, news=news, olds={})
        with work.failures_marked(row, news), self._creations.making(request.urn) as made:
            try:
                outputs = lifecycle.create(row, job)
            finally:
                made.id = job.id or ""
        return provider_pb2.CreateResponse(id=job.id, properties=work.marked(row, outputs, news))

    @answered
    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Return the object as AWS has it now; an empty answer says that it is gone."""
        guard.stack(self.settings, request.urn)
        row = guard.row(request.type or work.type_of(request.urn))
        connection = self._connection(context)
        olds, inputs = from_struct(request.properties), from_struct(request.inputs)
        if row.mode is Mode.RECORDED and not request.properties.fields:
            raise guard.RefusedError(f"{row.type} is only recorded locally: it cannot be imported")
        job = work.context(connection, request, row, news=inputs, olds=olds)
        outputs = lifecycle.read(row, job)
        if outputs is None:
            return provider_pb2.ReadResponse()
        found = lifecycle.inputs_of(row, outputs, revealed(inputs), connection.region)
        return provider_pb2.ReadResponse(
            id=job.id,
            properties=work.marked(row, outputs, {**olds, **inputs}),
            inputs=work.marked(row, found, {**olds, **inputs}),
        )

    @answered
    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Change the object in place."""
        guard.stack(self.settings, request.urn)
        row = guard.row(request.type or work.type_of(request.urn))
        connection = self._connection(context)
        olds, news = from_struct(request.olds), from_struct(request.news)
        if request.preview:
            region = revealed(news.get("region")) or connection.region
            before = work.plain(from_struct(request.old_inputs))
            outputs = lifecycle.planned(row, work.plain(news), region, revealed(olds), before)
            marked = work.marked(row, outputs, {**olds, **news})
            return provider_pb2.UpdateResponse(properties=marked)
        guard.work(self.settings, "Update", request.urn)
        job = work.context(connection, request, row, news=news, olds=olds)
        job.old_inputs = work.plain(from_struct(request.old_inputs))
        job.changed = work.changed(row, request, connection)
        with work.failures_marked(row, from_struct(request.old_inputs)):
            outputs = lifecycle.change(row, job)
        return provider_pb2.UpdateResponse(properties=work.marked(row, outputs, news))

    @answered
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Remove the object."""
        guard.stack(self.settings, request.urn)
        row = guard.row(request.type or work.type_of(request.urn))
        guard.work(self.settings, "Delete", request.urn)
        olds, inputs = from_struct(request.properties), from_struct(request.old_inputs)
        job = work.context(self._connection(context), request, row, news=inputs or olds, olds=olds)
        lifecycle.delete(row, job)
        return empty_pb2.Empty()

    @answered
    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Answer a function."""
        function = guard.invoke(request.tok)
        arguments = from_struct(request.args)
        job = work.invocation(self._connection(context), request.tok, arguments)
        found = function(job)
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(work.result(found, arguments))
        return answer

    @answered
    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """End the work of this connection only: the engine says this after every phase."""
        self.connections.of(context.peer()).cancel()
        return empty_pb2.Empty()
