"""Which environments have what calls between services need, and who owns the issuer."""

from __future__ import annotations

import json

import pytest

from spec.catalogue import Catalogue
from spec.service import ServiceSpec
from stacks.account import AccountSettings
from stacks.environment import build as build_environment
from tests.conftest import artifacts_of, settings_in
from tests.recording import Recorded

FEDERATION = "aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation"
LOOK_UP = "aws:iam/getOutboundWebIdentityFederation:getOutboundWebIdentityFederation"
AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
ZONE = "aws:route53/zone:Zone"


def described(name, kind, *auth, **fields):
    """Return a service with a route for each *auth*."""
    routes = [{"path": f"/{name}/{one}", "methods": ["GET"], "auth": one} for one in auth]
    computes = {"fargate": {"kind": kind, "command": ["run"]}, "lambda": {"kind": kind}}
    about = {"name": name, "description": "Works.", "owner": "team", "tier": "internal"}
    return ServiceSpec.model_validate(
        {**about, "compute": computes[kind], "routes": routes, **fields}
    )


@pytest.fixture
def made(build, archive):
    """Build the environment dev with some services."""

    def of(*specs, **changes):
        catalogue = Catalogue({spec.name: spec for spec in specs}, {"clerk": "Works."})
        settings = settings_in("dev").model_copy(update=changes)
        artifacts = artifacts_of(catalogue, archive)
        return build(lambda: build_environment(settings, catalogue, artifacts))

    return of


@pytest.mark.parametrize(
    ("specs", "types"),
    [
        ([described("a", "lambda", calls=["b"]), described("b", "lambda", "clerk")], set()),
        ([described("b", "fargate", "clerk")], set()),
        ([described("b", "lambda", "service")], {FEDERATION}),
        (
            [described("a", "lambda", calls=["b"]), described("b", "fargate", "clerk")],
            {FEDERATION, BALANCER, ZONE},
        ),
    ],
)
def test_an_environment_has_what_its_calls_need(made, specs, types):
    found = made(*specs)

    named = {r.typ for r in found.resources if r.name in {"calls", "service-tokens"}}
    assert {typ for typ in named if typ.startswith("aws:")} == types


def test_containers_are_called_by_private_names(made):
    found = made(
        described("a", "lambda", calls=["b"]),
        described("b", "fargate", "service", calls=["c"]),
        described("c", "lambda", "service"),
    )

    zone = found.one(ZONE, "calls").inputs
    certificate = found.one("aws:acm/certificate:Certificate", "calls-certificate-certificate")
    caller = found.one("aws:lambda/function:Function", "a-function").inputs["environment"]
    [definition] = found.all("aws:ecs/taskDefinition:TaskDefinition")
    [container] = json.loads(definition.inputs["containerDefinitions"])
    callee = {one["name"]: one["value"] for one in container["environment"]}
    assert (zone["name"], zone["vpcs"]) == (
        "services.dev.example.com",
        [{"vpcId": "network-id", "vpcRegion": "eu-west-1"}],
    )
    assert certificate.inputs["domainName"] == "*.services.dev.example.com"
    assert caller["variables"]["B_URL"] == "https://b.services.dev.example.com"
    assert caller["variables"]["B_AUDIENCE"] == "b.dev"
    assert callee["C_URL"] == "https://api-domain-id"
    assert callee["SERVICE_AUDIENCE"] == "b.dev"
    assert callee["SERVICE_ISSUER"] == "https://service-tokens.tokens.test"
    assert json.loads(callee["SERVICE_CALLERS"]) == {"a": ["arn:aws:test:::a-role"]}
    assert found.one(AUTHORIZER, "api-services").inputs["jwtConfiguration"] == {
        "issuer": "https://service-tokens.tokens.test",
        "audiences": ["c.dev"],
    }


def test_an_account_that_another_stack_owns_is_looked_up(made, monkeypatch):
    def call(_self, args):
        assert args.token == LOOK_UP
        return {"issuerIdentifier": "https://shared.tokens.test"}

    monkeypatch.setattr(Recorded, "call", call)

    found = made(described("c", "lambda", "service"), account_settings=AccountSettings.EXTERNAL)

    authorizer = found.one(AUTHORIZER, "api-services").inputs
    assert found.all(FEDERATION) == []
    assert authorizer["jwtConfiguration"]["issuer"] == "https://shared.tokens.test"


def test_a_web_page_needs_no_route_for_services(made):
    cors = {"origins": ["https://a.test"]}
    people = described("c", "lambda", "clerk", cors=cors)
    delete = people.routes[0].model_copy(update={"methods": ["DELETE"], "auth": "service"})
    both = people.model_copy(update={"routes": [*people.routes, delete]})

    [api] = made(both).all("aws:apigatewayv2/api:Api")

    assert api.inputs["corsConfiguration"]["allowMethods"] == ["GET"]
