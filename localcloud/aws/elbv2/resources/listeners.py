"""Elastic Load Balancing: listeners and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.elbv2.resources.actions import (
    CONDITIONS,
    actions,
    check_actions,
    conditions,
    conditions_now,
    defaults_of_actions,
    names_of_actions,
)
from localcloud.aws.elbv2.resources.load_balancers import TAGS, attributes, attributes_now
from localcloud.provider.cloud import AwsError
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

ATTRIBUTES = {"tcpIdleTimeoutSeconds": ("tcp.idle_timeout.seconds", 350)}
"""Input of a listener -> attribute and its default."""

HEADERS = """
    routingHttpRequestXAmznMtlsClientcertHeaderName
    routingHttpRequestXAmznMtlsClientcertIssuerHeaderName
    routingHttpRequestXAmznMtlsClientcertLeafHeaderName
    routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName
    routingHttpRequestXAmznMtlsClientcertSubjectHeaderName
    routingHttpRequestXAmznMtlsClientcertValidityHeaderName
    routingHttpRequestXAmznTlsCipherSuiteHeaderName routingHttpRequestXAmznTlsVersionHeaderName
    routingHttpResponseAccessControlAllowCredentialsHeaderValue
    routingHttpResponseAccessControlAllowHeadersHeaderValue
    routingHttpResponseAccessControlAllowMethodsHeaderValue
    routingHttpResponseAccessControlAllowOriginHeaderValue
    routingHttpResponseAccessControlExposeHeadersHeaderValue
    routingHttpResponseAccessControlMaxAgeHeaderValue
    routingHttpResponseContentSecurityPolicyHeaderValue
    routingHttpResponseStrictTransportSecurityHeaderValue
    routingHttpResponseXContentTypeOptionsHeaderValue routingHttpResponseXFrameOptionsHeaderValue
"""
"""Inputs that change headers of requests and responses, which the front door does not implement."""

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
    only = "loadBalancerArn port protocol sslPolicy"
    op = Op(name="CreateListener", only=only, extra=listener_members)
    context.id = context.call_with_inputs(op)["Listeners"][0]["ListenerArn"]
    set_attributes(context, attributes(context.inputs, ATTRIBUTES))
    return context.id


def change_listener(context: Context) -> None:
    """Change a listener."""
    plain = "port protocol sslPolicy"
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


def read_listener(context: Context) -> Properties | None:
    """Return the listener and its attributes."""
    found = context.call("DescribeListeners", ListenerArns=[context.id])["Listeners"]
    if not found:
        return None
    asked = context.call("DescribeListenerAttributes", ListenerArn=context.id)["Attributes"]
    listener = {**found[0], **attributes_now(ATTRIBUTES, asked)}
    if listener.get("Protocol") not in ("HTTPS", "TLS"):
        for member in ("SslPolicy", "Certificates"):  # moto answers them for every protocol
            listener.pop(member, None)
    return listener


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


def read_rule(context: Context) -> Properties | None:
    """Return the rule, its listener, and its conditions as blocks."""
    found = context.call("DescribeRules", RuleArns=[context.id])["Rules"]
    if not found:
        return None
    listener = context.id.replace(":listener-rule/", ":listener/").rpartition("/")[0]
    return {
        **found[0],
        "listenerArn": listener,
        "conditions": conditions_now(found[0].get("Conditions") or []),
    }


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
        **each(UPDATE, "certificateArn defaultActions sslPolicy tags tcpIdleTimeoutSeconds"),
        **{key: Input(UPDATE, supported=False) for key in HEADERS.split()},
        "routingHttpResponseServerEnabled": Input(UPDATE, supported_values=(True,)),
        **each(REPLACE, "loadBalancerArn region"),
        **defaults_of_actions("defaultActions"),
        "alpnPolicy": Input(UPDATE, supported=False),
        "mutualAuthentication": Input(UPDATE, supported=False),
        "port": Input(UPDATE, limit=Limit(1, 65_535)),
        "protocol": Input(
            UPDATE,
            supported_values=("HTTP", "HTTPS", "TCP", "TLS"),
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
    read=read_listener,
    update=change_listener,
    delete=Op(name="DeleteListener", keys={"ListenerArn": "id"}),
    tags=TAGS,
    outputs={"certificateArn": "Certificates[0].CertificateArn", "alpnPolicy": ""},
    answered_as=names_of_actions("defaultActions"),
    check=check_listener,
)

LISTENER_RULE = Row(
    type="aws:lb/listenerRule:ListenerRule",
    service="elbv2",
    inputs={
        **each(UPDATE, "actions conditions tags"),
        **each(REPLACE, "listenerArn region"),
        **defaults_of_actions("actions"),
        "priority": Input(UPDATE, limit=Limit(1, LAST_PRIORITY)),
        "conditions.hostHeader.regexValues": Input(UPDATE, supported=False),
        "conditions.httpHeader.regexValues": Input(UPDATE, supported=False),
        "conditions.pathPattern.regexValues": Input(UPDATE, supported=False),
        "transforms": Input(UPDATE, supported=False),
    },
    create=create_rule,
    read=read_rule,
    update=change_rule,
    delete=Op(name="DeleteRule", keys={"RuleArn": "id"}),
    tags=TAGS,
    outputs={"arn": "RuleArn"},
    answered_as=names_of_actions("actions"),
    check=check_rule,
)

ROWS = (LISTENER, LISTENER_RULE)
