"""The gRPC analyzer that the Pulumi engine calls: one process for any number of rules.

The SDK's own analyzer reads the properties of a resource again for each policy. This one reads them
once and asks only the rules for that type; each rule keeps its own name, level and configuration.
"""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc

from policy.engine.configuration import configuration, is_default_level
from policy.engine.evaluate import Evaluator, RuleConfig, Violation, settings_rule
from policy.engine.parameters import config_schema
from policy.engine.resource import Options, Resource
from policy.engine.rule import Level, Rule, Severity
from policy.engine.settings import ALL, SETTINGS, settings_schema
from policy.engine.stack import Stack
from policy.engine.values import from_struct, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVELS = {
    Level.ADVISORY: proto.ADVISORY,
    Level.MANDATORY: proto.MANDATORY,
    Level.REMEDIATE: proto.REMEDIATE,
    Level.DISABLED: proto.DISABLED,
}
_LEVEL_OF = {number: level for level, number in _LEVELS.items()}
_SEVERITIES = {
    Severity.LOW: proto.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: proto.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: proto.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: proto.POLICY_SEVERITY_CRITICAL,
}


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """One policy pack: *rules* under the name *name*."""

    def __init__(
        self, name: str, version: str, rules: Iterable[Rule], elsewhere: Iterable[str] = ()
    ) -> None:
        """Serve *rules*, with production's settings until the engine configures others.

        *elsewhere*: rules of other packs, which the configuration may also contain.
        """
        self._name = name
        self._version = version
        self._elsewhere = frozenset(elsewhere)
        self._rules = list(rules)
        self._evaluator = Evaluator(self._rules)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> proto.AnalyzerInfo:  # noqa: N802, ARG002
        """Describe each rule as a policy."""
        info = proto.AnalyzerInfo(name=self._name, version=self._version, supportsConfig=True)
        info.policies.extend(_policy_info(one) for one in [settings_rule, *self._rules])
        return info

    def GetPluginInfo(self, request: Any, context: Any) -> proto.PluginInfo:  # noqa: N802, ARG002
        """Return the version of this pack."""
        return proto.PluginInfo(version=self._version)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Read levels and parameters; an invalid configuration stops the pack."""
        sent = {
            name: RuleConfig(_LEVEL_OF.get(one.enforcementLevel), from_struct(one.properties))
            for name, one in request.policyConfig.items()
        }
        found = configuration(self._explicit(sent), self._rules, self._elsewhere)
        if found.faults:
            text = "; ".join(one.message for one in found.faults)
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, text)
        self._evaluator = Evaluator(
            self._rules, found.settings, found.rules, elsewhere=self._elsewhere
        )
        return empty_pb2.Empty()

    def _explicit(self, sent: dict[str, RuleConfig]) -> dict[str, RuleConfig]:
        """Drop default levels: the engine sends every rule its own level, or that of all."""
        by_name = {one.name: one for one in [settings_rule, *self._rules]}
        everywhere = sent.get(ALL, RuleConfig()).level
        chosen: dict[str, RuleConfig] = {}
        for name, one in sent.items():
            unasked = name in by_name and is_default_level(by_name[name], one.level, everywhere)
            chosen[name] = RuleConfig(None if unasked else one.level, one.params)
        return chosen

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Accept the stack's tags, which no rule reads."""
        return proto.AnalyzerStackConfigureResponse()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Accept the engine."""
        return proto.AnalyzerHandshakeResponse()

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802, ARG002
        """Do nothing, because no call runs for long."""
        return empty_pb2.Empty()

    def Analyze(self, request: Any, context: Any) -> proto.AnalyzeResponse:  # noqa: N802, ARG002
        """Run the rules for the type of one resource."""
        evaluator = self._evaluator
        if not evaluator.candidates(request.type):
            return proto.AnalyzeResponse()
        found = evaluator.resource(_resource(request))
        return proto.AnalyzeResponse(diagnostics=[self._diagnostic(one) for one in found])

    def AnalyzeStack(self, request: Any, context: Any) -> proto.AnalyzeResponse:  # noqa: N802, ARG002
        """Run the stack rules."""
        stack = Stack(
            [_resource(one) for one in request.resources],
            {
                one.urn: {key: list(value.urns) for key, value in one.propertyDependencies.items()}
                for one in request.resources
            },
            {one.urn: list(one.dependencies) for one in request.resources},
        )
        found = self._evaluator.stack(stack)
        return proto.AnalyzeResponse(diagnostics=[self._diagnostic(one) for one in found])

    def Remediate(self, request: Any, context: Any) -> proto.RemediateResponse:  # noqa: N802, ARG002
        """Apply the safe defaults of the rules whose level is `remediate`."""
        response = proto.RemediateResponse()
        rules = self._evaluator.remediating(request.type)
        if not rules:
            return response
        resource = _resource(request)
        properties = struct_pb2.Struct()
        properties.CopyFrom(request.properties)  # unchanged properties stay as they were sent
        for one in rules:
            changes = self._evaluator.remediated(one, resource)
            if not changes:
                continue
            resource.props |= changes
            properties.update(to_wire(changes))
            response.remediations.append(
                proto.Remediation(
                    policyName=one.name,
                    policyPackName=self._name,
                    policyPackVersion=self._version,
                    description=one.description,
                    properties=properties,
                )
            )
        return response

    def _diagnostic(self, violation: Violation) -> proto.AnalyzeDiagnostic:
        rule = violation.rule
        return proto.AnalyzeDiagnostic(
            policyName=rule.name,
            policyPackName=self._name,
            policyPackVersion=self._version,
            description=rule.description,
            message=f"{rule.description}\n{violation.message}",
            enforcementLevel=_LEVELS[violation.level],
            severity=_SEVERITIES[rule.severity],
            urn=violation.urn,
        )


def _policy_info(rule: Rule) -> proto.PolicyInfo:
    kind = (
        proto.PolicyType.POLICY_TYPE_RESOURCE if rule.check else proto.PolicyType.POLICY_TYPE_STACK
    )
    info = proto.PolicyInfo(
        name=rule.name,
        description=rule.description,
        enforcementLevel=_LEVELS[rule.level],
        severity=_SEVERITIES[rule.severity],
        policy_type=kind,
        remediation_steps=rule.remediation,
        tags=[rule.concern],
    )
    if rule.name == SETTINGS:
        info.configSchema.properties.update(settings_schema())
    elif rule.params:
        info.configSchema.properties.update(config_schema(rule.parameters))
    return info


def _resource(request: Any) -> Resource:
    provider = from_struct(request.provider.properties) if request.HasField("provider") else {}
    options = request.options
    return Resource(
        request.type,
        request.name,
        request.urn,
        from_struct(request.properties),
        provider,
        Options(options.protect, tuple(options.ignoreChanges), options.parent),
        provider_name=request.provider.name,
    )


def serve(name: str, version: str, rules: Iterable[Rule], elsewhere: Iterable[str] = ()) -> None:
    """Serve the pack on a free port of 127.0.0.1, print the port, and never return."""
    server: grpc.Server = grpc.server(  # pyright: ignore[reportUnknownMemberType]
        ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", 400 * 1024 * 1024)],
    )
    pack = Analyzer(name, version, rules, elsewhere)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(pack, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    gc.freeze()  # loaded modules live as long as the process
    print(port, flush=True)  # noqa: T201 - this is how the engine learns the port
    threading.Event().wait()
