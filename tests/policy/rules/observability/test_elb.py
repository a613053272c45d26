"""What the rules on the logs of load balancers accept and refuse."""

from policy.rules.observability.elb import elb_access_logs
from policy.testing import check


def test_elb_access_logs():
    check(
        elb_access_logs,
        "aws:lb/loadBalancer:LoadBalancer",
        {
            "name": "shop",
            "loadBalancerType": "application",
            "internal": False,
            "subnets": ["subnet-1", "subnet-2"],
            "accessLogs": {"enabled": True, "bucket": "shop-logs", "prefix": "shop"},
        },
        kept=[{"accessLogs": None, "loadBalancerType": "gateway"}],
        broken=[
            {"accessLogs": None},
            {"accessLogs": {"bucket": "shop-logs"}},
            {"accessLogs": {"enabled": False, "bucket": "shop-logs"}},
            {"accessLogs": {"enabled": True}, "loadBalancerType": None},
        ],
        unknown_at=["accessLogs", "loadBalancerType"],
    )
