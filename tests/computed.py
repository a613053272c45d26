"""Outputs that AWS would compute, by resource type, for Pulumi's mocks."""

COMPUTED = {
    "aws:acm/certificate:Certificate": lambda name: {
        "domainValidationOptions": [
            {
                "domainName": name,
                "resourceRecordName": f"_proof.{name}",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": f"_{name}.validations.test",
            }
        ]
    },
    "aws:rds/cluster:Cluster": lambda name: {
        "endpoint": f"{name}.rds.test",
        "clusterIdentifier": name,
        "masterUserSecrets": [{"secretArn": f"arn:aws:test:::{name}-master"}],
    },
    "aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation": lambda name: {
        "issuerIdentifier": f"https://{name}.tokens.test"
    },
    "aws:apigatewayv2/domainName:DomainName": lambda name: {
        "domainNameConfiguration": {
            "targetDomainName": f"{name}.execute-api.test",
            "hostedZoneId": "Z-api",
        }
    },
}
