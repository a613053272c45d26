from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def group(cloud):
    vpc = cloud.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    made = cloud.client("elbv2").create_target_group(
        Name="orders", Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip"
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


@pytest.fixture(scope="module")
def subnets(cloud):
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.8.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]


@pytest.fixture(scope="module")
def listener(cloud, subnets):
    elb = cloud.client("elbv2")
    balancer = elb.create_load_balancer(Name="shop", Subnets=subnets)["LoadBalancers"][0]
    made = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )
    return made["Listeners"][0]["ListenerArn"]


@pytest.mark.parametrize(
    ("scheme", "start"), [("internal", "internal-own-"), ("internet-facing", "own-")]
)
def test_the_dns_name_tells_an_internal_load_balancer(cloud, subnets, scheme, start):
    name = f"own-{scheme[:8]}"
    elb = cloud.client("elbv2")

    [made] = elb.create_load_balancer(Name=name, Subnets=subnets, Scheme=scheme)["LoadBalancers"]

    assert made["DNSName"].startswith(start)
    elb.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])


def test_a_rule_may_check_a_token_and_is_described_as_written(cloud, group, listener):
    check = {
        "Type": "jwt-validation",
        "Order": 1,
        "JwtValidationConfig": {
            "JwksEndpoint": "https://issuer.test/keys",
            "Issuer": "https://issuer.test",
            "AdditionalClaims": [{"Format": "string-array", "Name": "scope", "Values": ["a"]}],
        },
    }
    made = cloud.client("elbv2").create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/orders"]}],
        Actions=[check, {"Type": "forward", "Order": 2, "TargetGroupArn": group}],
    )

    arn = made["Rules"][0]["RuleArn"]
    [rule] = cloud.client("elbv2").describe_rules(RuleArns=[arn])["Rules"]

    assert rule["Actions"][0] == check
    assert rule["Actions"][1]["TargetGroupArn"] == group


def test_a_token_check_without_issuer_is_refused(cloud, listener):
    with pytest.raises(ClientError, match="Issuer"):
        cloud.client("elbv2").create_rule(
            ListenerArn=listener,
            Priority=2,
            Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
            Actions=[
                {
                    "Type": "jwt-validation",
                    "JwtValidationConfig": {"JwksEndpoint": "https://x", "Issuer": ""},
                }
            ],
        )


def test_two_ports_on_this_machine_are_two_targets_with_the_reported_health(cloud, group):
    elb = cloud.client("elbv2")
    ports = (21001, 21002)
    targets = [{"Id": "127.0.0.1", "Port": port} for port in ports]

    elb.register_targets(TargetGroupArn=group, Targets=targets)
    cloud.request(
        "PUT",
        "target-health",
        {
            group: {
                "127.0.0.1:21001": {"state": "healthy"},
                "127.0.0.1:21002": {"state": "unhealthy", "reason": "Target.FailedHealthChecks"},
            }
        },
    )

    found = {
        one["Target"]["Port"]: one["TargetHealth"]
        for one in elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    }
    assert found[21001] == {"State": "healthy"}
    assert found[21002]["State"] == "unhealthy"
    assert found[21002]["Reason"] == "Target.FailedHealthChecks"

    elb.deregister_targets(TargetGroupArn=group, Targets=targets[:1])
    left = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert [one["Target"]["Port"] for one in left] == [21002]
