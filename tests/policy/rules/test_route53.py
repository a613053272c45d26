"""Tests of policy.rules.route53."""

from policy.rules.route53 import route53_no_dangling_record, route53_query_logs, route53_zone_signed
from policy.testing import check_stack, resource, stack, unknown
from tests.policy.rules.samples.dns import balancer, record, to, zone

ZONE = "aws:route53/zone:Zone"
LOG = "aws:route53/queryLog:QueryLog"


def test_route53_zone_signed():
    def signing(**changes):
        props = {"hostedZoneId": "Z1"} | changes
        return resource("aws:route53/hostedZoneDnsSec:HostedZoneDnsSec", "signing", props)

    check_stack(
        route53_zone_signed,
        kept=[
            stack(zone(), signing()),
            stack(zone(), signing(signingStatus=unknown)),
            stack(zone(vpcs=[{"vpcId": "vpc-1"}])),
            stack(zone(vpcs=unknown)),
        ],
        broken=[stack(zone()), stack(zone(), signing(signingStatus="NOT_SIGNING"))],
    )


def test_route53_no_dangling_record():
    host = "shop-1.eu-west-1.elb.amazonaws.com"
    lb = balancer(internal=False)
    alias = {"aliases": [lb]}
    check_stack(
        route53_no_dangling_record,
        kept=[
            stack(lb, record(**to(unknown)), property_dependencies={"record": alias}),
            stack(lb, record(**to(host)), property_dependencies={"record": alias}),
            stack(record(**to(unknown))),
            stack(record(records=[unknown])),
            stack(record(type="TXT", records=["v=spf1 -all"])),
            stack(record(type="CNAME", records=["shop.partner.example"])),
            stack(
                lb,
                record(type="CNAME", records=[host]),
                property_dependencies={"record": {"records": [lb]}},
            ),
        ],
        broken=[
            stack(record(**to(host))),
            stack(record(records=["203.0.113.7"])),
            stack(record(type="CNAME", records=["d1.cloudfront.net."])),
        ],
    )


def test_route53_query_logs():
    zone = resource(ZONE, "shop", {"name": "shop.example"})
    log = resource(LOG, "queries", {"zoneId": unknown, "cloudwatchLogGroupArn": "arn:aws:logs:1"})
    check_stack(
        route53_query_logs,
        kept=[
            stack(zone, log, property_dependencies={"queries": {"zoneId": [zone]}}),
            stack(resource(ZONE, "inner", {"name": "shop.local", "vpcs": [{"vpcId": "vpc-1"}]})),
            stack(resource(ZONE, "late", {"name": "shop.local", "vpcs": unknown})),
        ],
        broken=[stack(zone), stack(zone, resource(LOG, "queries", {"zoneId": "Z123"}))],
    )
