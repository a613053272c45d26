"""An internal load balancer is served, under its name and under the alias in a private zone."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from localcloud.names import read_names
from localcloud.runtime.frontdoor.serve import running_front_door
from tests.localcloud.aws.control_process import ControlProcess
from tests.localcloud.runtime.fake_cloud import eventually

LOANS = "loans.services.example.test"


@pytest.fixture
def cloud(tmp_path):
    process = ControlProcess(tmp_path)
    process.start()
    yield process
    process.stop()


def fixed(text):
    settings = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": text}
    return [{"Type": "fixed-response", "FixedResponseConfig": settings}]


def declare(cloud):
    """Declare a balancer with a host rule, and a private zone; return the zone and DNS name."""
    ec2, elb, route53 = (cloud.client(one) for one in ("ec2", "elbv2", "route53"))
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.8.{n}.0/24", AvailabilityZone=zone)
        for n, zone in enumerate(("eu-west-1a", "eu-west-1b"))
    ]
    [balancer] = elb.create_load_balancer(
        Name="calls", Subnets=[one["Subnet"]["SubnetId"] for one in made], Scheme="internal"
    )["LoadBalancers"]
    [listener] = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTPS",
        Port=443,
        DefaultActions=fixed("default"),
    )["Listeners"]
    elb.create_rule(
        ListenerArn=listener["ListenerArn"],
        Priority=1,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [LOANS]}}],
        Actions=fixed("loans"),
    )
    zone = route53.create_hosted_zone(
        Name="services.example.test",
        CallerReference="1",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "eu-west-1", "VPCId": vpc},
    )["HostedZone"]["Id"]
    return zone, balancer["DNSName"]


def alias(cloud, zone, target):
    target = {"HostedZoneId": "Z", "DNSName": target, "EvaluateTargetHealth": False}
    record = {"Name": LOANS, "Type": "A", "AliasTarget": target}
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    cloud.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": changes}
    )


async def test_the_alias_answers_as_soon_as_its_record_exists(cloud):
    zone, dns_name = await asyncio.to_thread(declare, cloud)
    before = read_names(cloud.layout).localized(f"https://{LOANS}/")
    async with running_front_door(cloud.layout), aiohttp.ClientSession() as client:

        async def found(url):
            try:
                async with client.get(url) as answer:
                    return await answer.text()
            except aiohttp.ClientConnectorError:
                return None

        by_name = read_names(cloud.layout).localized(f"https://{dns_name}/")
        first = await eventually(lambda: found(by_name))
        missing = await found(before)
        await asyncio.to_thread(alias, cloud, zone, dns_name)
        second = await eventually(lambda: found(before))

    assert dns_name.startswith("internal-calls-")
    assert (first, missing, second) == ("default", None, "loans")
    assert read_names(cloud.layout).localized(f"https://{LOANS}/") == before
