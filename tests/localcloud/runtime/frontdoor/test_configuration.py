"""What reading the configuration promises."""

from __future__ import annotations

from localcloud.layout import Layout
from localcloud.names import Names
from localcloud.ports import claim
from localcloud.runtime.frontdoor.balancer.actions import Forward, JwtValidation
from localcloud.runtime.frontdoor.configuration import read_configuration
from localcloud.runtime.frontdoor.gateway.http_api import LambdaIntegration, Stage

GROUP = "arn:group"
FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:catalog:live"
INVOKE = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
LOGS = "arn:aws:logs:eu-west-1:000000000000:log-group:/api/shop:*"


class Aws:
    """Answers describing operations."""

    def __init__(self, **answers):
        self.answers = {
            "DescribeLoadBalancers": {"LoadBalancers": []},
            "DescribeTargetGroups": {"TargetGroups": []},
            "GetApis": {"Items": []},
            **answers,
        }

    async def __call__(self, _service, operation, **_parameters):
        return self.answers[operation]

    async def pages(self, _service, operation, key, **_parameters):
        return self.answers[operation][key]


def rule(priority, *actions, **more):
    return {"Priority": priority, "Actions": list(actions), "Conditions": [], **more}


async def test_listeners_groups_and_targets_are_read(tmp_path):
    forward = {"Type": "forward", "TargetGroupArn": GROUP, "Order": 2}
    check = {
        "Type": "jwt-validation",
        "Order": 1,
        "JwtValidationConfig": {"Issuer": "https://i", "JwksEndpoint": "https://i/jwks"},
    }
    weather = {"Field": "weather", "Values": ["rain"]}
    aws = Aws(
        DescribeLoadBalancers={
            "LoadBalancers": [
                {"LoadBalancerArn": "lb", "LoadBalancerName": "shop", "Type": "application"}
            ]
        },
        DescribeLoadBalancerAttributes={
            "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}]
        },
        DescribeListeners={
            "Listeners": [{"ListenerArn": "listener", "Port": 443, "Protocol": "HTTPS"}]
        },
        DescribeRules={
            "Rules": [
                rule("default", forward, IsDefault=True),
                rule("7", forward, check),
                rule("8", forward, Conditions=[weather]),
            ]
        },
        DescribeTargetGroups={
            "TargetGroups": [
                {
                    "TargetGroupArn": GROUP,
                    "TargetGroupName": "orders",
                    "HealthCheckPath": "/health",
                    "HealthCheckIntervalSeconds": 10,
                    "Matcher": {"HttpCode": "200-299"},
                }
            ]
        },
        DescribeTargetGroupAttributes={
            "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "15"}]
        },
        DescribeTags={"TagDescriptions": [{"Tags": [{"Key": "service", "Value": "orders"}]}]},
        DescribeTargetHealth={
            "TargetHealthDescriptions": [
                {"Target": {"Id": "127.0.0.1", "Port": 1}, "TargetHealth": {"State": "healthy"}},
                {"Target": {"Id": "127.0.0.1", "Port": 2}, "TargetHealth": {"State": "draining"}},
            ]
        },
    )

    found = await read_configuration(aws, Names(Layout(tmp_path)))

    [listener] = found.listeners
    assert (listener.balancer, listener.port, listener.idle_timeout_seconds) == ("shop", 443, 30)
    assert [one.priority for one in listener.rules] == [7, 1_000_000]
    assert [type(one) for one in listener.rules[0].actions] == [JwtValidation, Forward]
    [group] = found.groups
    assert group.targets == ("127.0.0.1:1",)
    assert group.settings.deregistration_delay_seconds == 15
    assert group.settings.service == "orders"
    assert (group.settings.matcher, group.settings.interval_seconds) == ("200-299", 10)
    assert [one.partition(":")[0] for one in found.problems] == [
        "listener 443 of load balancer shop, rule 8"
    ]


async def test_apis_are_read_and_what_cannot_be_served_is_named(tmp_path):
    aws = Aws(
        GetApis={"Items": [{"ApiId": "abc", "Name": "shop", "ProtocolType": "HTTP"}]},
        GetRoutes={
            "Items": [
                {
                    "RouteKey": "PUT /catalog/{sku}",
                    "Target": "integrations/one",
                    "AuthorizationType": "JWT",
                    "AuthorizerId": "users",
                },
                {"RouteKey": "GET /else", "Target": "integrations/two"},
                {"RouteKey": "GET /balanced", "Target": "integrations/three"},
                {"RouteKey": "GET /signed", "Target": "x", "AuthorizationType": "AWS_IAM"},
            ]
        },
        GetIntegrations={
            "Items": [
                {
                    "IntegrationId": "one",
                    "IntegrationType": "AWS_PROXY",
                    "IntegrationUri": INVOKE,
                    "PayloadFormatVersion": "2.0",
                    "TimeoutInMillis": 5000,
                },
                {
                    "IntegrationId": "two",
                    "IntegrationType": "HTTP_PROXY",
                    "IntegrationUri": "https://example.com",
                },
                {
                    "IntegrationId": "three",
                    "IntegrationType": "HTTP_PROXY",
                    "IntegrationUri": "https://orders-1.eu-west-1.elb.amazonaws.com/orders",
                },
            ]
        },
        GetAuthorizer={
            "AuthorizerType": "JWT",
            "JwtConfiguration": {"Issuer": "https://i", "Audience": ["web"]},
        },
        GetStages={
            "Items": [
                {
                    "StageName": "$default",
                    "AccessLogSettings": {"DestinationArn": LOGS, "Format": "$context.status"},
                }
            ]
        },
    )

    found = await read_configuration(aws, Names(Layout(tmp_path)))

    [api] = found.apis
    route, _ = api.routes.find("PUT", "/catalog/7")
    assert route.integration == LambdaIntegration("catalog", "live", 5)
    assert route.authorizer.issuer.keys_url == "https://i/.well-known/jwks.json"
    assert api.stages == {"$default": Stage("$default", {}, "/api/shop", "$context.status")}
    unserved, unknown = found.problems
    assert unserved.startswith("route 'GET /else' of the API shop: the integration")
    assert unserved.endswith("is neither a URL of the emulated AWS nor on 127.0.0.1")
    proxied, _ = api.routes.find("GET", "/balanced")
    port = claim(Layout(tmp_path), "listener-orders-443")
    assert proxied.integration.url == f"http://127.0.0.1:{port}/orders"
    assert unknown.startswith("route 'GET /signed' of the API shop: the authorization type AWS_IAM")
    assert unknown.endswith("use NONE or JWT")
