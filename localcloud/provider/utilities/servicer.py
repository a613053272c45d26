"""Pulumi's ResourceProvider service of `random` and `tls`, whose resources exist in the state only.

A value is made once, in Create; Read returns what the state has. Nothing outside of the state is
changed, so that stacks of any name are accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from localcloud.provider import requests
from localcloud.provider.guard import RequestRejectedError
from localcloud.provider.utilities import names, table
from localcloud.provider.utilities.check import check
from localcloud.provider.utilities.declarations import ImportIdError
from localcloud.provider.utilities.diff import READY, diff, is_ready_for_renewal
from localcloud.provider.utilities.errors import report_errors
from localcloud.provider.values import UNKNOWN, Secret, from_struct, to_struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf import struct_pb2

    from localcloud.provider.utilities.declarations import Properties, ResourceType


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Implements the ResourceProvider service."""

    @report_errors
    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Begin a connection."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @report_errors
    def Attach(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Accept the engine's address; nothing is logged there."""
        return empty_pb2.Empty()

    @report_errors
    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return a version above that of every SDK: the engine warns of an older one."""
        return plugin_pb2.PluginInfo(version="999.0.0")

    @report_errors
    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Reject what needs a schema: YAML programs, and the code that an import generates."""
        raise RequestRejectedError(
            f"the local cloud has no schemas of {', '.join(names.SERVED)}: write the program in "
            f"Python, and import resources with --generate-code=false"
        )

    @report_errors
    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Reject a provider that is not served."""
        table.require_served(names.package_of(requests.type_of(request.urn)))
        failures = []
        if from_struct(request.news).get("proxy"):
            reason = "is for certificates that are fetched by URL, which is rejected: remove it"
            failures.append(provider_pb2.CheckFailure(property="proxy", reason=reason))
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @report_errors
    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return no difference: these providers have no configuration here."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    @report_errors
    def Configure(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Accept a provider that is served."""
        if request.urn:
            table.require_served(names.package_of(requests.type_of(request.urn)))
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @report_errors
    def Construct(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Reject components."""
        table.type_of(request.type)
        raise RequestRejectedError(f"{request.type} is not a component: correct its token")

    @report_errors
    def Check(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Complete the inputs and validate them."""
        token, type_ = _type(request)
        news = from_struct(request.news)
        inputs, failures = check(token, type_, news)
        return provider_pb2.CheckResponse(
            inputs=_marked(type_, inputs, news),
            failures=[
                provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
                for failure in failures
            ],
        )

    @report_errors
    def Diff(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Compare old and new inputs."""
        olds = _plain(request.olds)
        old_inputs = _plain(request.old_inputs) if request.HasField("old_inputs") else olds
        found = diff(
            _type(request)[1], old_inputs, olds, _plain(request.news), request.ignoreChanges
        )
        return requests.diff_response(found)

    @report_errors
    def Create(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Make the value; in a preview return the computed outputs as unknown."""
        _, type_ = _type(request)
        news = from_struct(request.properties)
        inputs = requests.plain(news)
        if request.preview:
            unknown = dict.fromkeys(type_.computed, UNKNOWN)
            return provider_pb2.CreateResponse(properties=_outputs(type_, inputs, unknown, news))
        made = type_.create(inputs)
        return provider_pb2.CreateResponse(
            id=made.id, properties=_outputs(type_, inputs, made.outputs, news)
        )

    @report_errors
    def Read(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Return what the state has; an import makes it of the ID."""
        token, type_ = _type(request)
        olds, inputs = from_struct(request.properties), from_struct(request.inputs)
        if olds:
            outputs = requests.plain(olds)
            if is_ready_for_renewal(type_, outputs):
                outputs[READY] = True
            properties = _marked(type_, outputs, olds)
            return provider_pb2.ReadResponse(
                id=request.id, properties=properties, inputs=request.inputs
            )
        if type_.restore is None:
            raise RequestRejectedError(
                f"{token} cannot be imported: what it returns is not in an ID; let it be created"
            )
        try:
            made = type_.restore(request.id)
        except ImportIdError as error:
            raise RequestRejectedError(f"{token} cannot be imported: {error}") from None
        found = {key: value for key, value in made.outputs.items() if key in type_.inputs}
        return provider_pb2.ReadResponse(
            id=made.id,
            properties=_marked(type_, made.outputs, inputs),
            inputs=_marked(type_, found, inputs),
        )

    @report_errors
    def Update(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Keep the computed outputs with the new inputs."""
        _, type_ = _type(request)
        olds, news = from_struct(request.olds), from_struct(request.news)
        computed = {
            key: value for key, value in requests.plain(olds).items() if key in type_.computed
        }
        inputs = requests.plain(news)
        if READY in computed:
            computed[READY] = is_ready_for_renewal(type_, {**computed, **inputs})
        return provider_pb2.UpdateResponse(properties=_outputs(type_, inputs, computed, news))

    @report_errors
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Let the engine remove it from the state."""
        return empty_pb2.Empty()

    @report_errors
    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Call a provider function."""
        function, arguments = table.function_of(request.tok), from_struct(request.args)
        inputs, failures = check(request.tok, function, arguments)
        answer = provider_pb2.InvokeResponse(
            failures=[
                provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
                for failure in failures
            ]
        )
        if not failures:
            found = requests.invoke_result(function.call(inputs), arguments)
            getattr(answer, "return").CopyFrom(found)
        return answer

    @report_errors
    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Do nothing: no call lasts."""
        return empty_pb2.Empty()


def _type(request: Any) -> tuple[str, ResourceType]:
    token = request.type or requests.type_of(request.urn)
    return token, table.type_of(token)


def _plain(struct: struct_pb2.Struct) -> Properties:
    return requests.plain(from_struct(struct))


def _outputs(
    type_: ResourceType, inputs: Properties, computed: Properties, like: Mapping[str, Any]
) -> struct_pb2.Struct:
    kept = {key: value for key, value in inputs.items() if not type_.inputs[key].write_only}
    return _marked(type_, {**kept, **computed}, like)


def _marked(
    type_: ResourceType, properties: Properties, like: Mapping[str, Any]
) -> struct_pb2.Struct:
    """Return *properties*, secret where *like* is and where the type says so."""
    secret = type_.secret | {key for key, item in type_.inputs.items() if item.secret}
    return to_struct(
        {
            key: Secret(value) if key in secret else requests.mark_like(value, like.get(key))
            for key, value in properties.items()
        }
    )
