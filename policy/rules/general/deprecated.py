"""Rules on deprecated types and properties."""

from __future__ import annotations

from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import is_missing

_INPUTS = {
    "aws:s3/bucket:Bucket": {
        "accelerationStatus": ("acceleration_status", "aws.s3.BucketAccelerateConfiguration"),
        "acl": ("acl", "aws.s3.BucketAcl"),
        "corsRules": ("cors_rules", "aws.s3.BucketCorsConfiguration"),
        "grants": ("grants", "aws.s3.BucketAcl"),
        "lifecycleRules": ("lifecycle_rules", "aws.s3.BucketLifecycleConfiguration"),
        "logging": ("logging", "aws.s3.BucketLogging"),
        "objectLockConfiguration": (
            "object_lock_configuration",
            "object_lock_enabled and aws.s3.BucketObjectLockConfiguration",
        ),
        "policy": ("policy", "aws.s3.BucketPolicy"),
        "replicationConfiguration": ("replication_configuration", "aws.s3.BucketReplicationConfig"),
        "requestPayer": ("request_payer", "aws.s3.BucketRequestPaymentConfiguration"),
        "serverSideEncryptionConfiguration": (
            "server_side_encryption_configuration",
            "aws.s3.BucketServerSideEncryptionConfiguration",
        ),
        "versioning": ("versioning", "aws.s3.BucketVersioning"),
        "website": ("website", "aws.s3.BucketWebsiteConfiguration"),
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "rules.prefix": ("rules.prefix", "rules.filter.prefix"),
    },
    "aws:cloudwatch/eventRule:EventRule": {
        "isEnabled": ("is_enabled", 'state="ENABLED" or state="DISABLED"'),
    },
    "aws:guardduty/detector:Detector": {
        "datasources": ("datasources", "aws.guardduty.DetectorFeature"),
    },
    "aws:dynamodb/table:Table": {
        "globalSecondaryIndexes.hashKey": (
            "global_secondary_indexes.hash_key",
            'global_secondary_indexes.key_schemas with key_type="HASH"',
        ),
        "globalSecondaryIndexes.rangeKey": (
            "global_secondary_indexes.range_key",
            'global_secondary_indexes.key_schemas with key_type="RANGE"',
        ),
    },
    "aws:ec2/instance:Instance": {
        "networkInterfaces": (
            "network_interfaces",
            "primary_network_interface and aws.ec2.NetworkInterfaceAttachment",
        ),
    },
    "aws:redshift/cluster:Cluster": {
        "aquaConfigurationStatus": (
            "aqua_configuration_status",
            "nothing, since AWS no longer accepts it",
        ),
    },
}
"""Type -> deprecated input -> argument name and replacement."""
_MESH = "Service Connect in aws.ecs.Service or aws.vpclattice"
_WAF = ("IpSet", "RegexPatternSet", "RuleGroup", "WebAcl")
_WAF_RULES = (
    "ByteMatchSet", "GeoMatchSet", "RateBasedRule", "RegexMatchSet", "Rule", "SizeConstraintSet",
    "SqlInjectionMatchSet", "XssMatchSet",
)  # fmt: skip
"""Types of AWS WAF Classic with a successor of the same name, and those that became rules."""
_TYPES = (
    {
        f"aws:s3/bucket{name}V2:Bucket{name}V2": f"aws.s3.Bucket{name}"
        for name in (
            "",
            "AccelerateConfiguration",
            "Acl",
            "CorsConfiguration",
            "LifecycleConfiguration",
            "Logging",
            "ObjectLockConfiguration",
            "RequestPaymentConfiguration",
            "ServerSideEncryptionConfiguration",
            "Versioning",
            "WebsiteConfiguration",
        )
    }
    | {
        "aws:s3/bucketObject:BucketObject": "aws.s3.BucketObjectv2",
        "aws:ec2/encryptionControl:EncryptionControl": "aws.ec2.VpcEncryptionControl",
        "aws:lambda/microvmsImage:MicrovmsImage": "aws.lambdamicrovms.Image",
        "aws:ec2/launchConfiguration:LaunchConfiguration": "aws.ec2.LaunchTemplate",
        "aws:elb/loadBalancer:LoadBalancer": "aws.lb.LoadBalancer",
        "aws:elasticsearch/domain:Domain": "aws.opensearch.Domain",
        "aws:appmesh/mesh:Mesh": _MESH,
        "aws:appmesh/virtualNode:VirtualNode": _MESH,
        "aws:appmesh/virtualService:VirtualService": _MESH,
        "aws:appmesh/virtualRouter:VirtualRouter": _MESH,
        "aws:appmesh/virtualGateway:VirtualGateway": _MESH,
        "aws:appmesh/route:Route": _MESH,
        "aws:appmesh/gatewayRoute:GatewayRoute": _MESH,
        "aws:cloudtrail/eventDataStore:EventDataStore": "aws.cloudtrail.Trail with Athena",
        "aws:glacier/vault:Vault": 'aws.s3.Bucket with storage_class="GLACIER"',
        "aws:wafregional/webAclAssociation:WebAclAssociation": "aws.wafv2.WebAclAssociation",
    }
    | {
        f"aws:{service}/{name[0].lower()}{name[1:]}:{name}": f"aws.wafv2.{successor}"
        for service in ("waf", "wafregional")
        for name, successor in (
            *((one, one) for one in _WAF),
            *((one, "WebAcl") for one in _WAF_RULES),
        )
    }
)
"""Deprecated type -> replacement."""


@rule(*_TYPES)
@classify("architecture", "architecture", "low", "advisory")
def no_deprecated_types(resource: Resource) -> Messages:
    """Resources must not have a deprecated type.

    Deprecated types get no fixes and are removed in a later provider version.
    """
    parts = resource.urn.split("::")
    declared = parts[2].rpartition("$")[2] if len(parts) > 2 else ""  # noqa: PLR2004 - urn:pulumi:<stack>::<project>::<types>::<name>
    used = declared if declared in _TYPES else resource.type
    yield (
        f"The resource '{resource.name}' must not be of the type {used}, which is deprecated: use"
        f" {_TYPES.get(used, 'its successor')}."
    )


@rule(*_INPUTS)
@classify("architecture", "architecture", "low", "advisory")
def no_deprecated_properties(resource: Resource) -> Messages:
    """Resources must not set deprecated inputs.

    Deprecated inputs stop working when the provider removes them.
    """
    for path, (argument, successor) in _INPUTS[resource.type].items():
        if _is_set(resource, path):
            yield (
                f"The resource '{resource.name}' must not set {argument}, which is deprecated: use"
                f" {successor}."
            )


def _is_set(resource: Resource, path: str) -> bool:
    """Return whether *path* is set, including to an unknown value; the last step is not nested."""
    within, _, key = path.rpartition(".")
    entries = resource.entries(within) if within else [resource.props]
    return any(not is_missing(one.get(key)) for one in entries)
