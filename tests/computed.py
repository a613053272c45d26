"""Outputs that AWS would compute, by resource type, for Pulumi's mocks."""

COMPUTED = {
    "aws:lambda/eventSourceMapping:EventSourceMapping": lambda name: {"uuid": f"{name}-uuid"},
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
    "aws:dynamodb/table:Table": lambda name: {"streamArn": f"arn:aws:test:::{name}/stream"},
    "aws:dax/cluster:Cluster": lambda name: {"clusterAddress": f"{name}.dax.test"},
    "aws:rds/cluster:Cluster": lambda name: {
        "endpoint": f"{name}.rds.test",
        "readerEndpoint": f"{name}.ro.rds.test",
        "clusterIdentifier": name,
        "masterUserSecrets": [{"secretArn": f"arn:aws:test:::{name}-master"}],
    },
    "aws:elasticache/serverlessCache:ServerlessCache": lambda name: {
        "endpoints": [{"address": f"{name}.cache.test", "port": 6379}],
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": lambda name: {
        "replicationGroupId": name,
        "primaryEndpointAddress": f"primary.{name}.cache.test",
        "configurationEndpointAddress": f"shards.{name}.cache.test",
    },
    "aws:elasticache/cluster:Cluster": lambda name: {
        "clusterId": name,
        "clusterAddress": f"{name}.cache.test",
        "cacheNodes": [
            {"id": number, "address": f"{number}.{name}.cache.test", "port": 11211}
            for number in ("0001", "0002")
        ],
    },
    "aws:rds/instance:Instance": lambda name: {
        "address": f"{name}.rds.test",
        "identifier": name,
        "masterUserSecrets": [{"secretArn": f"arn:aws:test:::{name}-master"}],
    },
    "aws:rds/proxy:Proxy": lambda name: {"endpoint": f"{name}.proxy.test"},
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
