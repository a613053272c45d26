"""Elastic Load Balancing: listeners and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.elbv2.resources.actions import (
    CONDITIONS,
    actions,
    check_actions,
    conditions,
)
from localcloud.aws.elbv2.resources.load_balancers import TAGS, attributes
from localcloud.provider.cloud import AwsError
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

ATTRIBUTES = {
    "tcpIdleTimeoutSeconds": ("tcp.idle_timeout.seconds", 350),
    "routingHttpResponseServerEnabled": ("routing.http.response.server.enabled", True),
    **{
        f"routingHttpRequestXAmzn{name}HeaderName": (
            f"routing.http.request.x_amzn_{attribute}.header_name",
            "",
        )
        for name, attribute in {
            "MtlsClientcert": "mtls_clientcert",
            "MtlsClientcertIssuer": "mtls_clientcert_issuer",
            "MtlsClientcertLeaf": "mtls_clientcert_leaf",
            "MtlsClientcertSerialNumber": "mtls_clientcert_serial_number",
            "MtlsClientcertSubject": "mtls_clientcert_subject",
            "MtlsClientcertValidity": "mtls_clientcert_validity",
            "TlsCipherSuite": "tls_cipher_suite",
            "TlsVersion": "tls_version",
        }.items()
    },
    **{
        f"routingHttpResponse{name}HeaderValue": (
            f"routing.http.response.{attribute}.header_value",
            "",
        )
        for name, attribute in {
            "AccessControlAllowCredentials": "access_control_allow_credentials",
            "AccessControlAllowHeaders": "access_control_allow_headers",
            "AccessControlAllowMethods": "access_control_allow_methods",
            "AccessControlAllowOrigin": "access_control_allow_origin",
            "AccessControlExposeHeaders": "access_control_expose_headers",
            "AccessControlMaxAge": "access_control_max_age",
            "ContentSecurityPolicy": "content_security_policy",
            "StrictTransportSecurity": "strict_transport_security",
            "XContentTypeOptions": "x_content_type_options",
            "XFrameOptions": "x_frame_options",
        }.items()
    },
}
"""Input of a listener -> attribute and its default."""

LAST_PRIORITY = 50_000


def listener_members(context: Context) -> dict[str, Any]:
    """Return the members of a listener whose form differs from the inputs."""
    wanted: dict[str, Any] = {"DefaultActions": actions(context.inputs["defaultActions"])}
    if certificate := context.inputs.get("certificateArn"):
        wanted["Certificates"] = [{"CertificateArn": certificate}]
    return wanted


def create_listener(context: Context) -> str:
    """Create a listener and set its attributes."""
    if ":loadbalancer/app/" in context.inputs["loadBalancerArn"]:
        context.inputs.setdefault("protocol", "HTTP")  # as the real provider does
    only = "alpnPolicy loadBalancerArn mutualAuthentication port protocol sslPolicy"
    op = Op(name="CreateListener", only=only, extra=listener_members)
    context.id = context.call_with_inputs(op)["Listeners"][0]["ListenerArn"]
    set_attributes(context, attributes(context.inputs, ATTRIBUTES))
    return context.id


def change_listener(context: Context) -> None:
    """Change a listener."""
    plain = "alpnPolicy mutualAuthentication port protocol sslPolicy"
    if context.changed & {*plain.split(), "certificateArn", "defaultActions"}:
        keys = {"ListenerArn": "id"}
        context.call_with_inputs(
            Op(name="ModifyListener", keys=keys, only=plain, extra=listener_members)
        )
    set_attributes(context, attributes(context.inputs, ATTRIBUTES, context.changed))


def set_attributes(context: Context, wanted: list[dict[str, str]]) -> None:
    """Set the attributes of a listener, if there are any to set."""
    if wanted:
        context.call("ModifyListenerAttributes", ListenerArn=context.id, Attributes=wanted)


def check_listener(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ELB's constraints across the inputs of a listener."""
    protocol = inputs.get("protocol")
    if protocol == "HTTP":
        for name in ("certificateArn", "sslPolicy"):
            if inputs.get(name):
                yield CheckFailure(name, "does not apply to protocol HTTP: remove it, or use HTTPS")
    found = inputs.get("defaultActions")
    yield from check_actions(found, "defaultActions")
    for index, action in enumerate(found if isinstance(found, list) else ()):
        if protocol == "HTTP" and "auth" in str(action.get("type")):
            yield CheckFailure(
                f"defaultActions[{index}].type", "needs a listener of protocol HTTPS"
            )


def next_priority(context: Context) -> int:
    """Return the listener's highest priority plus one."""
    found = context.call("DescribeRules", ListenerArn=context.inputs["listenerArn"])["Rules"]
    taken = [int(rule["Priority"]) for rule in found if rule["Priority"].isdigit()]
    return max(taken, default=0) + 1


def rule_members(context: Context) -> dict[str, Any]:
    """Return the members of a rule whose form differs from the inputs."""
    return {
        "Actions": actions(context.inputs["actions"]),
        "Conditions": conditions(context.inputs["conditions"]),
    }


def create_rule(context: Context) -> str:
    """Create a rule, with the lowest precedence if it has no priority."""
    if priority := context.inputs.get("priority"):
        return place_rule(context, int(priority))
    return context.wait("a place behind the other rules", lambda: append_rule(context))


def append_rule(context: Context) -> str | None:
    """Create a rule with the lowest precedence; None if its priority was taken meanwhile."""
    try:
        return place_rule(context, next_priority(context))
    except AwsError as error:
        if error.code == "PriorityInUse":
            return None
        raise


def place_rule(context: Context, priority: int) -> str:
    """Create a rule with its priority."""
    place = {"Priority": priority}
    op = Op(name="CreateRule", only="listenerArn", fixed=place, extra=rule_members)
    return context.call_with_inputs(op)["Rules"][0]["RuleArn"]


def change_rule(context: Context) -> None:
    """Change a rule's priority, conditions and actions."""
    if "priority" in context.changed and context.inputs.get("priority"):
        place = {"RuleArn": context.id, "Priority": int(context.inputs["priority"])}
        context.call("SetRulePriorities", RulePriorities=[place])
    if context.changed & {"actions", "conditions"}:
        context.call("ModifyRule", RuleArn=context.id, **rule_members(context))


def check_rule(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ELB's constraints across the inputs of a rule."""
    yield from check_actions(inputs.get("actions"), "actions")
    blocks = inputs.get("conditions")
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        given = [name for name in CONDITIONS if block.get(name)]
        if len(given) != 1:
            have = " and ".join(given) or "nothing"
            want = f"write one of {', '.join(CONDITIONS)}"
            yield CheckFailure(f"conditions[{index}]", f"has {have}: {want}")


LISTENER = Row(
    type="aws:lb/listener:Listener",
    service="elbv2",
    inputs={
        **each(UPDATE, f"{' '.join(ATTRIBUTES)} certificateArn defaultActions sslPolicy tags"),
        **each(REPLACE, "loadBalancerArn region"),
        "alpnPolicy": Input(UPDATE, reset="None"),
        "mutualAuthentication": Input(UPDATE, reset={"mode": "off"}),
        "port": Input(UPDATE, limit=Limit(1, 65_535)),
        "protocol": Input(
            UPDATE,
            limit=Limit(
                one_of=(
                    "HTTP",
                    "HTTPS",
                    "TCP",
                    "TLS",
                    "UDP",
                    "TCP_UDP",
                    "GENEVE",
                    "QUIC",
                    "TCP_QUIC",
                )
            ),
        ),
    },
    create=create_listener,
    read=Op(name="DescribeListeners", keys={"ListenerArns": "id"}, result="Listeners[0]"),
    update=change_listener,
    delete=Op(name="DeleteListener", keys={"ListenerArn": "id"}),
    tags=TAGS,
    outputs={"certificateArn": "Certificates[0].CertificateArn", "alpnPolicy": "AlpnPolicy[0]"},
    check=check_listener,
)

LISTENER_RULE = Row(
    type="aws:lb/listenerRule:ListenerRule",
    service="elbv2",
    inputs={
        **each(UPDATE, "actions conditions tags"),
        **each(REPLACE, "listenerArn region"),
        "priority": Input(UPDATE, limit=Limit(1, LAST_PRIORITY)),
        "conditions.hostHeader.regexValues": Input(UPDATE, supported=False),
        "conditions.httpHeader.regexValues": Input(UPDATE, supported=False),
        "conditions.pathPattern.regexValues": Input(UPDATE, supported=False),
        "transforms": Input(UPDATE, supported=False),
    },
    create=create_rule,
    read=Op(name="DescribeRules", keys={"RuleArns": "id"}, result="Rules[0]"),
    update=change_rule,
    delete=Op(name="DeleteRule", keys={"RuleArn": "id"}),
    tags=TAGS,
    outputs={"arn": "RuleArn"},
    check=check_rule,
)

ROWS = (LISTENER, LISTENER_RULE)
