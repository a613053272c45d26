"""What the rules on the logs of zones accept and refuse."""

from policy.rules.observability.route53 import route53_query_logs
from policy.testing import check_stack, resource, stack, unknown

ZONE = "aws:route53/zone:Zone"
LOG = "aws:route53/queryLog:QueryLog"


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
