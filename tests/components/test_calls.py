"""What calls between services promise: an address, tokens for it, and whom a callee trusts."""

from __future__ import annotations

import dataclasses
import json

import pytest

from components.args import InvalidArgError
from components.microservice import Microservice
from components.routing.api_routes import ApiRoutesArgs
from components.routing.http_api import MAX_AUDIENCES, HttpApi, HttpApiArgs, ServiceTokens
from components.routing.internal_route import InternalEntrance
from components.routing.load_balancer import LoadBalancer, LoadBalancerArgs
from components.routing.paths import Route
from components.service.args import MicroserviceArgs, ProcessWorkload
from components.service.calls import Callee, Callers
from components.service.containers import ContainerCompute
from components.service.function import FunctionCompute
from tests.alarm_routing import ALARMS

AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
FUNCTION = "aws:lambda/function:Function"
GROUP = "aws:lb/targetGroup:TargetGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
POLICY = "aws:iam/rolePolicy:RolePolicy"
SCALING = "aws:appautoscaling/policy:Policy"
STOCK = Callee(url="https://stock.services.test", internal=True, audience="stock.test")
NEWS = Callee(url="https://api.test", audience="news.test")
OPEN = Callee(url="https://open.test")
FOR_SERVICES = Route(path="/stock", methods=["GET"], role="service")
FOR_USERS = Route(path="/orders", methods=["GET"], role="customer")
CALLERS = Callers(
    issuer="https://issuer", audience="stock.test", roles={"orders": ["arn:a", "arn:b"]}, priority=9
)


@pytest.fixture
def service(platform, tmp_path):
    """Define a service with containers or a function, and an internal load balancer."""
    archive = tmp_path / "f.zip"
    archive.write_bytes(b"PK")
    computes = {
        "fargate": ContainerCompute(
            command=["run"], image_digest="sha256:1", min_tasks=1, max_tasks=3, requests_per_task=60
        ),
        "lambda": FunctionCompute(archive=str(archive)),
    }

    def define(name, kind, **changes):
        balancer = LoadBalancer(
            "calls",
            LoadBalancerArgs(
                vpc_id="vpc-1",
                subnet_ids=["private-a", "private-b"],
                certificate_arn="arn:certificate",
                account_id="123456789012",
                alarms=ALARMS,
            ),
        )
        entrance = InternalEntrance(
            load_balancer=balancer, zone_id="Z", domain_name="services.test"
        )
        args = MicroserviceArgs(
            description="Knows the stock.",
            owner="warehouse",
            tier="standard",
            platform=dataclasses.replace(platform, internal=entrance),
            compute=computes[kind],
            **changes,
        )
        return Microservice(name, args)

    return define


def variables(made):
    [container] = json.loads(
        made.all("aws:ecs/taskDefinition:TaskDefinition")[0].inputs["containerDefinitions"]
    )
    return {one["name"]: one["value"] for one in container["environment"]}


@pytest.mark.parametrize("kind", ["fargate", "lambda"])
def test_a_caller_may_get_tokens_for_its_callees_and_nobody_else(build, service, kind):
    calls = {"stock": STOCK, "open": OPEN, "news": NEWS}

    made = build(lambda: service("orders", kind, calls=calls))

    [statement] = [
        statement
        for policy in made.all(POLICY)
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        if "sts:GetWebIdentityToken" in statement["Action"]
    ]
    assert statement == {
        "Effect": "Allow",
        "Action": ["sts:GetWebIdentityToken"],
        "Resource": ["*"],
        "Condition": {
            "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": ["news.test", "stock.test"]},
            "Null": {"sts:IdentityTokenAudience": "false"},
            "NumericLessThanEquals": {"sts:DurationSeconds": "300"},
        },
    }


def test_a_caller_knows_the_addresses_and_audiences(build, service):
    made = build(lambda: service("orders", "lambda", calls={"my-stock": STOCK, "open": OPEN}))

    told = made.one(FUNCTION, "orders-function").inputs["environment"]["variables"]
    assert {name: value for name, value in told.items() if "STOCK" in name or "OPEN" in name} == {
        "MY_STOCK_URL": "https://stock.services.test",
        "MY_STOCK_AUDIENCE": "stock.test",
        "OPEN_URL": "https://open.test",
    }


def test_limits_of_calls_are_variables_and_an_alarm_on_calls_per_request(build, service):
    limited = dataclasses.replace(NEWS, timeout_ms=800, max_concurrency=16, max_calls_per_request=3)

    made = build(lambda: service("orders", "lambda", calls={"news": limited, "stock": STOCK}))

    told = made.one(FUNCTION, "orders-function").inputs["environment"]["variables"]
    limits = {name: told[name] for name in told if name.startswith("NEWS_T") or "_MAX_" in name}
    assert limits == {
        "NEWS_TIMEOUT_MS": "800",
        "NEWS_MAX_CONCURRENCY": "16",
        "NEWS_MAX_CALLS_PER_REQUEST": "3",
    }
    alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    [alarm] = [one.inputs for one in alarms if one.name.endswith("-chatty")]
    assert (alarm["namespace"], alarm["metricName"]) == ("Bulkhead/test", "Calls")
    assert alarm["dimensions"] == {"service": "orders", "callee": "news"}
    assert (alarm["statistic"], alarm["threshold"]) == ("Maximum", 3)
    assert alarm["alarmActions"] == ["arn:tickets"]


@pytest.mark.parametrize("limit", ["timeout_ms", "max_concurrency", "max_calls_per_request"])
def test_a_limit_of_calls_below_one_is_refused(limit):
    with pytest.raises(InvalidArgError, match=f"{limit}=0 is invalid: use 1 or more"):
        dataclasses.replace(NEWS, **{limit: 0})


def test_a_caller_is_admitted_to_the_internal_load_balancer(build, service):
    made = build(lambda: service("orders", "lambda", calls={"stock": STOCK}))

    rule = made.one(INGRESS, "orders-calls").inputs
    assert rule["securityGroupId"] == "calls-group-id"
    assert rule["referencedSecurityGroupId"] == "orders-network-group-id"
    assert (rule["fromPort"], rule["toPort"]) == (443, 443)
    assert made.one(FUNCTION, "orders-function").inputs["vpcConfig"]["subnetIds"]
    assert [one.name for one in made.all(INGRESS)] == ["orders-calls"]


def test_a_caller_of_functions_alone_needs_no_network(build, service):
    made = build(lambda: service("orders", "lambda", calls={"news": NEWS}))

    assert made.all(INGRESS) == []
    assert "vpcConfig" not in made.one(FUNCTION, "orders-function").inputs


def test_a_callee_trusts_the_roles_of_its_callers(build, service):
    made = build(lambda: service("stock", "fargate", routes=[FOR_SERVICES], callers=CALLERS))

    told = variables(made)
    assert json.loads(told["SERVICE_CALLERS"]) == {"orders": ["arn:a", "arn:b"]}
    assert {name: told[name] for name in told if name.startswith(("SERVICE_I", "SERVICE_J"))} == {
        "SERVICE_ISSUER": "https://issuer",
        "SERVICE_JWKS_URI": "https://issuer/.well-known/jwks.json",
    }
    assert told["SERVICE_AUDIENCE"] == "stock.test"
    assert {name: told[name] for name in told if name.startswith("USER_")} == {
        "USER_ISSUER": "https://issuer",
        "USER_JWKS_URI": "https://keys",
        "USER_CLIENT_ID": "client",
    }
    assert told["ROUTE_ROLES"] == '{"GET /stock": "service"}'


@pytest.mark.parametrize(
    ("routes", "callers", "entrances"),
    [
        ([FOR_USERS], None, {"stock": "load-balancer"}),
        ([FOR_SERVICES], CALLERS, {"stock-in": "internal-load-balancer"}),
        (
            [FOR_USERS, FOR_SERVICES],
            CALLERS,
            {"stock": "load-balancer", "stock-in": "internal-load-balancer"},
        ),
        ([FOR_SERVICES], None, {}),
    ],
)
def test_each_load_balancer_has_a_target_group_of_its_own(
    build, service, routes, callers, entrances
):
    priorities = [7 for route in routes if route is FOR_USERS]

    made = build(
        lambda: service("stock", "fargate", routes=routes, priorities=priorities, callers=callers)
    )

    [registered] = made.all("aws:ecs/service:Service")
    targets = registered.inputs.get("loadBalancers", [])
    assert {group.name for group in made.all(GROUP)} == set(entrances)
    assert targets == [
        {
            "targetGroupArn": f"arn:aws:test:::{group}",
            "containerName": "main",
            "containerPort": 8080,
        }
        for group in entrances
    ]
    prefix = "stock-network-from-"
    sources = {one.name.removeprefix(prefix) for one in made.all(INGRESS)}
    assert sources == set(entrances.values())
    policies = [f"stock-scaling-policy{suffix}" for suffix in ("", "-2")]
    assert [one.name for one in made.all(SCALING)] == policies[: max(1, len(entrances))]


def test_every_process_of_a_caller_has_a_role(build, service):
    made = []
    processes = {"relay": ProcessWorkload(command=["relay"])}

    build(lambda: made.append(service("orders", "fargate", processes=processes)))

    assert len(made[0].role_arns) == 2


def test_one_authorizer_takes_the_tokens_for_every_function(build):
    tokens = ServiceTokens(issuer="https://sts", audiences=["a.test", "b.test"])
    args = HttpApiArgs(issuer="https://i", audience="c", service_tokens=tokens)

    made = build(lambda: HttpApi("api", args))

    assert made.one(AUTHORIZER, "api-services").inputs == {
        "apiId": "api-id",
        "authorizerType": "JWT",
        "identitySources": ["$request.header.Authorization"],
        "jwtConfiguration": {"issuer": "https://sts", "audiences": ["a.test", "b.test"]},
    }


def test_a_route_for_services_has_their_authorizer(build, service):
    routes = [FOR_USERS, FOR_SERVICES]

    made = build(lambda: service("stock", "lambda", routes=routes))

    routes = made.all("aws:apigatewayv2/route:Route")
    assert {one.inputs["routeKey"]: one.inputs["authorizerId"] for one in routes} == {
        "GET /orders": "tokens-1",
        "GET /stock": "services-1",
    }


def test_what_the_api_cannot_serve_is_refused():
    class Closed:
        service_authorizer_id = None

    with pytest.raises(InvalidArgError, match="set service_tokens of the API"):
        ApiRoutesArgs(api=Closed(), function=None, routes=[FOR_SERVICES])
    with pytest.raises(InvalidArgError, match="use at most 50"):
        ServiceTokens(issuer="https://sts", audiences=["a"] * (MAX_AUDIENCES + 1))


def test_the_internal_load_balancer_admits_named_groups_on_https_only(build, service):
    made = build(lambda: service("stock", "lambda"))

    balancer = made.one("aws:lb/loadBalancer:LoadBalancer", "calls").inputs
    listeners = made.all("aws:lb/listener:Listener")
    assert (balancer["internal"], balancer["subnets"]) == (True, ["private-a", "private-b"])
    assert balancer["dropInvalidHeaderFields"] is True
    assert balancer["enableDeletionProtection"] is True
    assert balancer["accessLogs"]["enabled"] is True
    assert [(one.name, one.inputs["port"]) for one in listeners] == [("calls-https", 443)]
    assert made.all(INGRESS) == []
