"""Security groups and their rules."""

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def ingress(port, **changes):
    return {
        "securityGroupId": "sg-1",
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrIpv4": "10.0.0.0/16",
    } | changes


def entry(port, **changes):
    entries = {"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": ["10.0.0.0/8"]}
    return {"ingress": [entries | changes]}
