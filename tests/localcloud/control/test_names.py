"""The control plane reports the names that lead to load balancers and APIs."""

from __future__ import annotations

import pytest

from localcloud.names import ApiMapping, read_names
from tests.localcloud.aws.control_process import ControlProcess


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("names"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def balancer(cloud):
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    zones = enumerate(("eu-west-1a", "eu-west-1b"))
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.8.{n}.0/24", AvailabilityZone=zone)
        for n, zone in zones
    ]
    subnets = [one["Subnet"]["SubnetId"] for one in made]
    [made] = elb.create_load_balancer(Name="inner", Subnets=subnets, Scheme="internal")[
        "LoadBalancers"
    ]
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[fixed]
    )["Listeners"][0]["ListenerArn"]
    hosts = ["loans.services.example.test", "*.services.example.test", "other.test"]
    elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": hosts}}],
        Actions=[fixed],
    )
    return {"vpc": vpc, "zone": made["CanonicalHostedZoneId"], "dns": made["DNSName"]}


def to(value, kind="A"):
    return {"Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}


def put(cloud, zone, name, alias=None, **values):
    route53 = cloud.client("route53")
    record = {"Name": name, "Type": "A", **values}
    if alias:
        record["AliasTarget"] = {
            "HostedZoneId": "Z2P70J7EXAMPLE", "DNSName": alias, "EvaluateTargetHealth": False
        }  # fmt: skip
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def test_records_that_lead_to_load_balancers_and_domains_of_apis(cloud, balancer):
    route53, api = cloud.client("route53"), cloud.client("apigatewayv2")
    public = route53.create_hosted_zone(Name="example.test", CallerReference="1")
    public = public["HostedZone"]["Id"]
    private = route53.create_hosted_zone(
        Name="services.example.test",
        CallerReference="2",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "eu-west-1", "VPCId": balancer["vpc"]},
    )["HostedZone"]["Id"]
    put(cloud, private, "*.services.example.test", alias=balancer["dns"])
    put(cloud, private, "db.services.example.test", **to("10.0.0.1"))
    put(cloud, public, "Shop.example.test", alias=f"dualstack.{balancer['dns']}")
    put(cloud, public, "www.example.test", **to("shop.example.test", "CNAME"))
    put(cloud, public, "status.example.test", **to("status.example.org", "CNAME"))
    cloud.client("s3").create_bucket(
        Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    made = api.create_api(Name="catalog", ProtocolType="HTTP")["ApiId"]
    api.create_stage(ApiId=made, StageName="$default")
    api.create_domain_name(DomainName="api.example.test")
    api.create_api_mapping(
        ApiId=made, DomainName="api.example.test", Stage="$default", ApiMappingKey="v1"
    )

    names = read_names(cloud.layout)

    assert names.balancers == {
        "loans.services.example.test": "inner",
        "shop.example.test": "inner",
        "www.example.test": "inner",
    }
    assert names.domains == {"api.example.test": (ApiMapping(made, "$default", "v1"),)}
    assert names.apis == {made: "catalog"}
    assert names.buckets == {"photos"}
    assert names.private_zones == ("services.example.test",)
    assert {"db.services.example.test", "status.example.test"} <= names.elsewhere
