"""Measures what the token of a service costs on a call: the median ratio of pairs in one run.

`python -m bench.calls` sends `GET /estimates` over one connection to two copies of the service
`delivery` behind the local load balancer, by turns: to one as a service, whose token the listener's
rule and the kit validate, to the other without a token, on a route that is public. At most 1.10 is
wanted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from rich.progress import track

from bench.load import load
from bench.running import eventually, running_shop, screen
from localcloud.layout import ROOT
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.running import Shop

ROUNDS = 80
SECONDS = 0.25
WANTED = 1.10
AUDIENCE = "bench.local"
PATH = "/estimates?quantity=1"
HEALTHY_SECONDS = 60


def main() -> None:
    """Measure and print."""
    with running_shop() as shop, ExitStack() as stack:
        issuer = shop.aws("iam").get_outbound_web_identity_federation_info()["IssuerIdentifier"]
        caller = shop.aws("sts").get_caller_identity()["Arn"]
        trust = {
            "SERVICE_ISSUER": issuer,
            "SERVICE_JWKS_URI": f"{issuer}/.well-known/jwks.json",
            "SERVICE_AUDIENCE": AUDIENCE,
            "SERVICE_CALLERS": json.dumps({"bench": [caller]}),
        }
        token = shop.aws("sts").get_web_identity_token(
            Audience=[AUDIENCE], SigningAlgorithm="RS256", DurationSeconds=3600
        )["WebIdentityToken"]
        ways = {
            "without": ({}, {}),
            "with": (trust, {"authorization": f"Bearer {token}"}),
        }
        for number, (way, (variables, _)) in enumerate(ways.items(), 1):
            stack.enter_context(_served(shop, way, number, variables))
        url = f"{shop.endpoints['shop']}{PATH}"
        medians: dict[str, list[float]] = {way: [] for way in ways}
        for number in track(range(ROUNDS + 1), "calling", console=screen, transient=True):
            for way, (_, headers) in ways.items():
                found = load([url], {**headers, "x-bench": way}, connections=1, seconds=SECONDS)
                if number:  # the first round warms up
                    medians[way].append(found.percentile(0.5))
    without, with_token = (statistics.median(found) for found in medians.values())
    ratio = statistics.median(b / a for a, b in zip(*medians.values(), strict=True))
    print(f"GET {PATH}, 1 connection, {ROUNDS} rounds of {SECONDS} s")
    print(f"  p50 without a token {without * 1000:.2f} ms, with one {with_token * 1000:.2f} ms")
    print(f"  with / without: {ratio:.2f} (wanted: at most {WANTED:.2f})")


def _listener(shop: Shop) -> tuple[str, str]:
    """Return the ARN of the shop's HTTPS listener, and its VPC."""
    elb = shop.aws("elbv2")
    [balancer] = [
        one
        for one in elb.describe_load_balancers()["LoadBalancers"]
        if one["LoadBalancerName"].startswith("shop-")
    ]
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    [https] = [one["ListenerArn"] for one in listeners if one["Protocol"] == "HTTPS"]
    return https, balancer["VpcId"]


@contextmanager
def _served(shop: Shop, way: str, number: int, variables: Mapping[str, str]) -> Iterator[None]:
    """Serve delivery behind a listener rule for the header `x-bench: <way>`."""
    elb, listener, vpc = shop.aws("elbv2"), *_listener(shop)
    port = claim(shop.layout, f"bench-{way}")
    group = elb.create_target_group(
        Name=f"bench-{way}",
        Protocol="HTTP",
        Port=port,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath="/health",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        HealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    forward = {"Type": "forward", "Order": 2, "TargetGroupArn": group}
    actions: list[dict[str, Any]] = [forward]
    if variables:
        check = {
            "Issuer": variables["SERVICE_ISSUER"],
            "JwksEndpoint": variables["SERVICE_JWKS_URI"],
            "AdditionalClaims": [{"Name": "aud", "Format": "single-string", "Values": [AUDIENCE]}],
        }
        actions.insert(0, {"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": check})
    header = {"HttpHeaderName": "x-bench", "Values": [way]}
    rule = elb.create_rule(
        ListenerArn=listener,
        Priority=number,
        Conditions=[{"Field": "http-header", "HttpHeaderConfig": header}],
        Actions=actions,
    )["Rules"][0]["RuleArn"]
    role = "service" if variables else "public"
    services = ROOT / "services"
    task = subprocess.Popen(
        [sys.executable, "-m", "delivery"],
        cwd=services / "delivery",
        env={
            **os.environ,
            **variables,
            "PYTHONPATH": f"{services / 'delivery'}{os.pathsep}{services}",
            "HOST": HOST,
            "PORT": str(port),
            "ROUTE_ROLES": json.dumps({"GET /estimates": role}),
            "LOG_LEVEL": "WARNING",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": HOST, "Port": port}])

        def healthy() -> bool:
            found = elb.describe_target_health(TargetGroupArn=group)
            states = [one["TargetHealth"]["State"] for one in found["TargetHealthDescriptions"]]
            return states == ["healthy"]

        eventually(healthy, f"delivery {way} a token is healthy", HEALTHY_SECONDS)
        yield
    finally:
        task.terminate()
        task.wait()
        elb.delete_rule(RuleArn=rule)
        elb.delete_target_group(TargetGroupArn=group)


if __name__ == "__main__":
    main()
