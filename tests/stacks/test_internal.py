"""What an environment promises whose shop only its own network reaches."""

from __future__ import annotations

import dataclasses

import pytest

from spec.service import ServiceSpec
from stacks.environment import build as build_environment
from tests.conftest import settings_in

REPORTS = {
    "name": "reports",
    "description": "Counts loans.",
    "owner": "front-desk",
    "tier": "internal",
    "compute": {"kind": "lambda"},
    "calls": ["loans"],
}


@pytest.fixture
def internal(build, library, artifacts):
    settings = settings_in("dev")
    routing = settings.routing.model_copy(update={"publicly_reachable": False})
    settings = settings.model_copy(update={"routing": routing})
    with_reports = {**library.services, "reports": ServiceSpec.model_validate(REPORTS)}
    zips = {**artifacts.functions, "reports": artifacts.functions["books"]}

    return build(
        lambda: build_environment(
            settings,
            dataclasses.replace(library, services=with_reports),
            artifacts.model_copy(update={"functions": zips}),
        )
    )


def test_only_the_network_reaches_the_shop_and_functions_that_ask_it_run_there(internal):
    rules = internal.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    admitted = {r.inputs["cidrIpv4"] for r in rules if r.name.startswith("shop-from-")}

    placed = {
        f.name for f in internal.all("aws:lambda/function:Function") if "vpcConfig" in f.inputs
    }

    assert admitted == {settings_in("dev").network.cidr}
    assert placed == {"credentials-rotation-function", "fines-function", "reports-function"}
