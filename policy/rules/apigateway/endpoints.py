"""Rules on endpoints, domains and stages of API Gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.remediation import changed_inputs
from policy.engine.resource import parse_json_or_yaml, value_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_array, is_not_true, is_object, number

if TYPE_CHECKING:
    from collections.abc import Iterator


APIGATEWAYV2_DOMAIN_NAME = "aws:apigatewayv2/domainName:DomainName"
APIGATEWAYV2_INTEGRATION = "aws:apigatewayv2/integration:Integration"
APIGATEWAY_DOMAIN_NAME = "aws:apigateway/domainName:DomainName"
API_MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping"
BASE_PATH_MAPPING = "aws:apigateway/basePathMapping:BasePathMapping"
STRONG_TLS = ("SecurityPolicy_TLS12", "SecurityPolicy_TLS13")
DOMAIN_POLICY = {
    APIGATEWAY_DOMAIN_NAME: ("securityPolicy", "security_policy"),
    APIGATEWAYV2_DOMAIN_NAME: (
        "domainNameConfiguration.securityPolicy",
        "domain_name_configuration.security_policy",
    ),
}
MAPPINGS = ((BASE_PATH_MAPPING, "restApi"), (API_MAPPING, "apiId"))


@stack_rule(aws.APIGATEWAY_STAGE, aws.APIGATEWAY_REST_API, aws.WAFV2_WEB_ACL_ASSOCIATION)
@classify("security", "edge", "medium", "mandatory")
def apigateway_stage_has_web_acl(stack: Stack) -> Findings:
    """Stages of public REST APIs must have a web ACL.

    Without a web ACL, common web exploits and floods reach the API directly.

    References: FSBP APIGateway.4, Config api-gw-associated-with-waf, Checkov CKV2_AWS_29,
    cdk-nag AwsSolutions-APIG3
    """
    for stage in stack.of_type(aws.APIGATEWAY_STAGE):
        apis = stack.references(stage, "restApi", aws.APIGATEWAY_REST_API)
        if any(_may_be_private(api) for api in apis):
            continue
        if stack.has_no_referrer(stage, "resourceArn", aws.WAFV2_WEB_ACL_ASSOCIATION):
            yield stage.finding(
                f"The API stage '{stage.name}' must have a web ACL: add an"
                " aws.wafv2.WebAclAssociation with its ARN as resource_arn."
            )


@rule(
    APIGATEWAY_DOMAIN_NAME,
    APIGATEWAYV2_DOMAIN_NAME,
    remediate=lambda domain: (
        changed_inputs(domain, {DOMAIN_POLICY[domain.type][0]: "TLS_1_2"})
        if domain.get(DOMAIN_POLICY[domain.type][0]) in (None, "", "TLS_1_0")
        else None
    ),
)
@classify("security", "edge", "high", "mandatory")
def apigateway_domain_tls(domain: Resource) -> Messages:
    """Domains of APIs must require TLS 1.2 or later.

    TLS versions below 1.2 have known vulnerabilities.

    References: Config apigateway-domain-name-tls-check, Checkov CKV_AWS_206
    Remediation: Set a security_policy that is missing or "TLS_1_0" to "TLS_1_2".
    """
    path, argument = DOMAIN_POLICY[domain.type]
    policy = domain.get(path)
    strong = policy == "TLS_1_2" or str(policy).startswith(STRONG_TLS)
    if policy is not UNKNOWN and not strong:
        yield (
            f"The API domain '{domain.name}' must require TLS 1.2 or later: set {argument} to"
            ' "TLS_1_2".'
        )


@rule(
    aws.APIGATEWAY_INTEGRATION,
    APIGATEWAYV2_INTEGRATION,
    aws.APIGATEWAY_REST_API,
    aws.APIGATEWAYV2_API,
)
@classify("architecture", "edge", "medium", "mandatory")
def apigateway_integration_https(api: Resource) -> Messages:
    """APIs must call their backends over HTTPS.

    Traffic from the API to an HTTP backend is unencrypted and can be read or changed in transit.

    References: FSBP APIGateway.10
    """
    if api.type in (aws.APIGATEWAY_INTEGRATION, APIGATEWAYV2_INTEGRATION):
        path = "uri" if api.type == aws.APIGATEWAY_INTEGRATION else "integrationUri"
        argument = "uri" if api.type == aws.APIGATEWAY_INTEGRATION else "integration_uri"
        uris = [api.get(path)]
    else:
        argument = "the uri of each integration in body"
        uris = list(_integration_uris(parse_json_or_yaml(api.get("body"))))
    if any(isinstance(uri, str) and uri.lower().startswith("http://") for uri in uris):
        yield f"The API '{api.name}' must call its backend over HTTPS: start {argument} with https."


@rule(aws.APIGATEWAY_METHOD_SETTINGS, aws.APIGATEWAYV2_STAGE)
@classify("reliability", "edge", "medium", "advisory")
def apigateway_throttled(stage: Resource) -> Messages:
    """Stages of APIs must throttle requests.

    Without stage throttling, one API or caller can use up the account's request quota in the
    Region.
    """
    settings = stage.type == aws.APIGATEWAY_METHOD_SETTINGS
    if settings and stage.get("methodPath") != "*/*":
        return
    block = "settings" if settings else "defaultRouteSettings"
    limits = [
        stage.get(f"{block}.{key}") for key in ("throttlingRateLimit", "throttlingBurstLimit")
    ]
    if any(one is not UNKNOWN and (number(one) or 0) <= 0 for one in limits):
        argument = "settings" if settings else "default_route_settings"
        yield (
            f"The API stage '{stage.name}' must limit the rate of requests: set"
            f" {argument}.throttling_rate_limit and throttling_burst_limit above 0."
        )


@stack_rule(aws.APIGATEWAY_REST_API, aws.APIGATEWAYV2_API, BASE_PATH_MAPPING, API_MAPPING)
@classify("security", "edge", "low", "advisory")
def apigateway_default_endpoint_off(stack: Stack) -> Findings:
    """APIs with a custom domain must disable the default endpoint.

    Clients can use the default endpoint to bypass the custom domain's mutual TLS and anything
    placed in front of it.
    """
    for mapping, path in MAPPINGS:
        for api in stack.of_type(aws.APIGATEWAY_REST_API, aws.APIGATEWAYV2_API):
            mapped = stack.referrers(path, api, mapping)
            if mapped and is_not_true(api.get("disableExecuteApiEndpoint")):
                yield api.finding(
                    f"The API '{api.name}' must be reachable at its custom domain only: set"
                    " disable_execute_api_endpoint=True."
                )


def _may_be_private(api: Resource) -> bool:
    types = api.get("endpointConfiguration.types")
    return types is UNKNOWN or any(one in ("PRIVATE", UNKNOWN) for one in as_list(types))


def _integration_uris(body: Any) -> Iterator[Any]:
    """Yield the uri of every integration in an OpenAPI document."""
    pending, seen = [body], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        if is_array(one):
            seen.add(id(one))
            pending.extend(one)
        elif is_object(one):
            seen.add(id(one))
            yield value_at(one.get("x-amazon-apigateway-integration"), "uri")
            pending.extend(one.values())
