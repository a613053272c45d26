"""Pulumi's ResourceProvider service over the table of resource types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from localcloud.engine.creations import Creations
from localcloud.provider import guard, lifecycle, lookups, requests, schema, sdk
from localcloud.provider.check import check
from localcloud.provider.connections import Connection, Connections
from localcloud.provider.diff import OldState, diff
from localcloud.provider.row import Mode
from localcloud.provider.rpc_errors import report_errors
from localcloud.provider.values import from_struct, to_struct, unwrap_secrets

if TYPE_CHECKING:
    import grpc

    from localcloud.provider.cloud import Cloud
    from localcloud.provider.settings import ProviderSettings


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Implements the ResourceProvider service."""

    def __init__(self, settings: ProviderSettings, cloud: Cloud) -> None:
        """Serve with *settings* on *cloud*."""
        self.settings = settings
        self.connections = Connections(cloud, settings)
        if settings.mode == "live":
            self._creations = Creations(settings.layout)

    def _connection(self, context: grpc.ServicerContext) -> Connection:
        """Return the connection; reject one that was configured before a restart."""
        connection = self.connections.of(context.peer())
        if not connection.configured:
            raise guard.RequestRejectedError(
                "the local cloud was restarted during the deployment: run the command again"
            )
        return connection

    @report_errors
    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Begin a connection."""
        self.connections.open(context.peer()).attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, supports_autonaming_configuration=True
        )

    @report_errors
    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Connect to the engine's log service."""
        self.connections.of(context.peer()).attach(request.address)
        return empty_pb2.Empty()

    @report_errors
    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return the SDK's version."""
        return plugin_pb2.PluginInfo(version=sdk.version())

    @report_errors
    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return the SDK's declaration of the supported types."""
        return provider_pb2.GetSchemaResponse(schema=schema.package())

    @report_errors
    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Reject a provider for another account or an unknown Region."""
        guard.require_local_stack(self.settings, request.urn)
        arguments = from_struct(request.news)
        guard.require_same_major(arguments, self.connections.of(context.peer()))
        failures = [
            provider_pb2.CheckFailure(property=name, reason=reason)
            for name, reason in guard.config_failures(self.settings, arguments).items()
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @report_errors
    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Compare provider inputs; a changed region replaces the provider."""
        olds, news = (
            unwrap_secrets(from_struct(bag))
            for bag in (request.old_inputs or request.olds, request.news)
        )
        changed = {key for key in {*olds, *news} if olds.get(key) != news.get(key)}
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if changed
            else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted(changed),
            replaces=["region"] if "region" in changed else [],
        )

    @report_errors
    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Set the region and default tags of this connection."""
        guard.require_local_stack(self.settings, request.urn)
        arguments = from_struct(request.args)
        for name, reason in guard.config_failures(self.settings, arguments).items():
            raise guard.RequestRejectedError(f"{name} {reason}")
        connection = self.connections.of(context.peer())
        connection.configure(arguments)
        guard.check_project_files(self.settings, connection)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    @report_errors
    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Complete the inputs and validate them."""
        guard.require_local_stack(self.settings, request.urn)
        row = guard.row_of(request.type or requests.type_of(request.urn))
        connection = self._connection(context)
        guard.refuse_early(self.settings, row.type, connection)
        inputs, failures = check(row, request, connection, live=self.settings.mode == "live")
        return provider_pb2.CheckResponse(
            inputs=to_struct(inputs),
            failures=[
                provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
                for failure in failures
            ],
        )

    @report_errors
    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Compare old and new inputs."""
        guard.require_local_stack(self.settings, request.urn)
        row = guard.row_of(request.type or requests.type_of(request.urn))
        old = request.old_inputs if request.HasField("old_inputs") else request.olds
        found = diff(
            row,
            OldState(unwrap_secrets(from_struct(old)), unwrap_secrets(from_struct(request.olds))),
            unwrap_secrets(from_struct(request.news)),
            region=self._connection(context).region,
            ignored=request.ignoreChanges,
        )
        return requests.diff_response(found)

    @report_errors
    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Create the object; in a preview return the expected outputs."""
        guard.require_local_stack(self.settings, request.urn)
        row = guard.row_of(request.type or requests.type_of(request.urn))
        connection = self._connection(context)
        news = from_struct(request.properties)
        if request.preview:
            region = unwrap_secrets(news.get("region")) or connection.region
            outputs = lifecycle.preview_outputs(row, requests.plain(news), region)
            if self.settings.mode == "live" and not guard.is_supported(row.type, connection):
                connection.log(request.urn, "local: not supported, `up` will refuse it")
            return provider_pb2.CreateResponse(
                properties=requests.with_secret_marks(row, outputs, news)
            )
        guard.refuse_in_plan_mode(self.settings, "Create", request.urn)
        guard.require_supported(row.type, connection)
        recorded = row.mode is Mode.RECORDED
        connection.log(request.urn, f"local: {row.mode}", lasting=recorded)
        job = requests.new_context(connection, request, row, news=news, olds={})
        with (
            requests.secrets_marked_in_errors(row, news),
            self._creations.making(request.urn) as job.on_created,
        ):
            outputs = lifecycle.create(row, job)
        return provider_pb2.CreateResponse(
            id=job.id, properties=requests.with_secret_marks(row, outputs, news)
        )

    @report_errors
    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Return the current state of the object; empty when it does not exist."""
        guard.require_local_stack(self.settings, request.urn)
        row = guard.row_of(request.type or requests.type_of(request.urn))
        connection = self._connection(context)
        olds, inputs = from_struct(request.properties), from_struct(request.inputs)
        if not request.properties.fields:
            known = lookups.existing(row.type, request.id, connection.directory)
            if known is not None:
                bag = to_struct({**inputs, **known})
                return provider_pb2.ReadResponse(id=request.id, properties=bag, inputs=bag)
            if row.read is None:
                raise lookups.unknown(row.type, request.id)
        job = requests.new_context(connection, request, row, news=inputs, olds=olds)
        outputs = lifecycle.read(row, job)
        if outputs is None:
            if self.settings.mode == "plan" and not request.properties.fields:
                raise lookups.unknown(row.type, request.id)
            return provider_pb2.ReadResponse()
        found = lifecycle.inputs_of(row, outputs, unwrap_secrets(inputs), connection.region)
        return provider_pb2.ReadResponse(
            id=job.id,
            properties=requests.with_secret_marks(row, outputs, {**olds, **inputs}),
            inputs=requests.with_secret_marks(row, found, {**olds, **inputs}),
        )

    @report_errors
    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Update the object in place."""
        guard.require_local_stack(self.settings, request.urn)
        row = guard.row_of(request.type or requests.type_of(request.urn))
        connection = self._connection(context)
        olds, news = from_struct(request.olds), from_struct(request.news)
        if request.preview:
            region = unwrap_secrets(news.get("region")) or connection.region
            before = requests.plain(from_struct(request.old_inputs))
            outputs = lifecycle.preview_outputs(
                row, requests.plain(news), region, unwrap_secrets(olds), before
            )
            marked = requests.with_secret_marks(row, outputs, {**olds, **news})
            return provider_pb2.UpdateResponse(properties=marked)
        guard.refuse_in_plan_mode(self.settings, "Update", request.urn)
        guard.require_supported(row.type, connection)
        job = requests.new_context(connection, request, row, news=news, olds=olds)
        job.old_inputs = requests.plain(from_struct(request.old_inputs))
        job.changed = requests.inputs_to_update(row, request, connection)
        with requests.secrets_marked_in_errors(row, from_struct(request.old_inputs)):
            outputs = lifecycle.update(row, job)
        return provider_pb2.UpdateResponse(
            properties=requests.with_secret_marks(row, outputs, news)
        )

    @report_errors
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Delete the object."""
        guard.require_local_stack(self.settings, request.urn)
        row = guard.row_of(request.type or requests.type_of(request.urn))
        guard.refuse_in_plan_mode(self.settings, "Delete", request.urn)
        olds, inputs = from_struct(request.properties), from_struct(request.old_inputs)
        job = requests.new_context(
            self._connection(context), request, row, news=inputs or olds, olds=olds
        )
        if self._creations.is_repeated(request.urn, request.id) and self.settings.is_shared(
            request.urn, request.id
        ):
            return empty_pb2.Empty()  # a later create returned the same object
        lifecycle.delete(row, job)
        self._creations.deleted(request.urn, request.id)
        return empty_pb2.Empty()

    @report_errors
    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Call a provider function."""
        arguments = from_struct(request.args)
        job = requests.invoke_context(self._connection(context), request.tok, arguments)
        found = guard.function_of(request.tok, arguments)(job)
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(requests.invoke_result(found, arguments))
        return answer

    @report_errors
    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Cancel the operations of this connection; the engine calls this after every phase."""
        self.connections.of(context.peer()).cancel()
        return empty_pb2.Empty()
