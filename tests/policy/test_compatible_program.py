"""A program with every kind of log delivery keeps all mandatory rules at once."""

import json

import pytest

from policy.check.readers import read
from policy.check.report import check
from policy.engine.configuration import Configuration
from policy.rules import all_rules

TAGS = {"owner": "shop", "service": "shop", "environment": "prod", "data-class": "confidential"}
BLOCKED = dict.fromkeys(
    ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
)
DELIVERY, TRAIL = "delivery.logs.amazonaws.com", "cloudtrail.amazonaws.com"
ROOT = {"AWS": "arn:aws:iam::111122223333:root"}
OWN_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "111122223333"}}


def declared(typ, *, protect=False, **properties):
    return {"type": f"aws:{typ}", "properties": properties, "options": {"protect": protect}}


def document(*statements):
    return {"fn::toJSON": {"Version": "2012-10-17", "Statement": list(statements)}}


def allow(service, *actions):
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(actions),
        "Resource": "*",
        "Condition": OWN_ACCOUNT,
    }


def bucket(name, logs, sender="", **encryption):
    """Return a bucket with all its settings; *sender* may write to it, *logs* gets its logs."""
    arn = f"arn:aws:s3:::{name}"
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    writes = [allow(sender, "s3:PutObject") | {"Resource": f"{arn}/*"}] if sender else []
    of = {"bucket": f"${{{name}.bucket}}"}
    default = {"applyServerSideEncryptionByDefault": encryption, "bucketKeyEnabled": True}
    retention = {"mode": "COMPLIANCE", "days": 365}
    found = {
        name: declared("s3:Bucket", protect=True, bucket=name, objectLockEnabled=True),
        f"{name}-blocked": declared("s3:BucketPublicAccessBlock", **of, **BLOCKED),
        f"{name}-versions": declared(
            "s3:BucketVersioning", **of, versioningConfiguration={"status": "Enabled"}
        ),
        f"{name}-encryption": declared(
            "s3:BucketServerSideEncryptionConfiguration", **of, rules=[default]
        ),
        f"{name}-policy": declared("s3:BucketPolicy", **of, policy=document(tls_only, *writes)),
        f"{name}-owner": declared(
            "s3:BucketOwnershipControls", **of, rule={"objectOwnership": "BucketOwnerEnforced"}
        ),
        f"{name}-lock": declared(
            "s3:BucketObjectLockConfiguration", **of, rule={"defaultRetention": retention}
        ),
        f"{name}-logging": declared(
            "s3:BucketLogging", **of, targetBucket=f"${{{logs}.bucket}}", targetPrefix=name
        ),
    }
    if name == logs:
        del found[f"{name}-logging"]
    return found


def program():
    key = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "${key.arn}"}
    services = [DELIVERY, TRAIL, "logs.eu-west-1.amazonaws.com"]
    use = allow(services, "kms:GenerateDataKey*", "kms:Decrypt")
    administer = {"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}
    balancer = {"internal": True, "enableDeletionProtection": True, "subnets": ["a", "b"]}
    return {
        "key": declared(
            "kms:Key",
            protect=True,
            enableKeyRotation=True,
            deletionWindowInDays=30,
            policy=document(administer, use),
        ),
        **bucket("files", "access", **key),
        **bucket("access", "access", "logging.s3.amazonaws.com", sseAlgorithm="AES256"),
        **bucket("network", "access", DELIVERY, **key),
        **bucket("trail", "access", TRAIL, **key),
        "alb": declared(
            "lb:LoadBalancer",
            **balancer,
            loadBalancerType="application",
            dropInvalidHeaderFields=True,
            accessLogs={"bucket": "${access.bucket}", "enabled": True},
        ),
        "nlb": declared(
            "lb:LoadBalancer",
            **balancer,
            loadBalancerType="network",
            enableCrossZoneLoadBalancing=True,
            accessLogs={"bucket": "${network.bucket}", "enabled": True},
        ),
        **distribution(),
        **audit(),
    }


def distribution():
    """Return a distribution with standard logging v2, whose bucket needs no ACLs."""
    behavior = {"viewerProtocolPolicy": "redirect-to-https", "responseHeadersPolicyId": "hsts"}
    origin = {
        "domainName": "${files.bucketRegionalDomainName}",
        "originId": "files",
        "originAccessControlId": "${control.id}",
    }
    certificate = {
        "acmCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/1",
        "minimumProtocolVersion": "TLSv1.2_2021",
        "sslSupportMethod": "sni-only",
    }
    return {
        "control": declared(
            "cloudfront:OriginAccessControl",
            originAccessControlOriginType="s3",
            signingBehavior="always",
            signingProtocol="sigv4",
        ),
        "cdn": declared(
            "cloudfront:Distribution",
            enabled=True,
            defaultRootObject="index.html",
            webAclId="arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/1",
            origins=[origin, origin | {"originId": "standby"}],
            originGroups=[{"originId": "both", "members": [{"originId": "files"}]}],
            defaultCacheBehavior=behavior,
            viewerCertificate=certificate,
        ),
        "cdn-logs": declared(
            "cloudwatch:LogDeliverySource", logType="ACCESS_LOGS", resourceArn="${cdn.arn}"
        ),
        "cdn-bucket": declared(
            "cloudwatch:LogDeliveryDestination",
            deliveryDestinationConfiguration={"destinationResourceArn": "${network.arn}"},
        ),
        "cdn-delivery": declared(
            "cloudwatch:LogDelivery",
            deliverySourceName="${cdn-logs.name}",
            deliveryDestinationArn="${cdn-bucket.arn}",
        ),
    }


def audit():
    """Return a trail and a recorder, which mandatory rules require in production."""
    role = {"roleArn": "arn:aws:iam::111122223333:role/aws-service-role/config"}
    return {
        "audit-logs": declared(
            "cloudwatch:LogGroup", protect=True, retentionInDays=400, kmsKeyId="${key.arn}"
        ),
        "audit": declared(
            "cloudtrail:Trail",
            s3BucketName="${trail.bucket}",
            kmsKeyId="${key.arn}",
            isMultiRegionTrail=True,
            includeGlobalServiceEvents=True,
            enableLogFileValidation=True,
            enableLogging=True,
            cloudWatchLogsGroupArn="${audit-logs.arn}",
            cloudWatchLogsRoleArn="arn:aws:iam::111122223333:role/trail",
        ),
        "recorder": declared(
            "cfg:Recorder",
            **role,
            recordingGroup={"allSupported": True, "includeGlobalResourceTypes": True},
        ),
        "recording": declared("cfg:RecorderStatus", name="${recorder.name}", isEnabled=True),
        "delivery": declared("cfg:DeliveryChannel", s3BucketName="${trail.bucket}"),
        "rule": declared("cfg:ConformancePack", templateS3Uri="s3://shop/pack.yaml"),
        **alert("changes", "AWS API Call via CloudTrail"),
        **alert("noncompliance", "Config Rules Compliance Change"),
    }


def alert(name, detail):
    """Return a rule that sends events to a topic of operations."""
    return {
        name: declared(
            "cloudwatch:EventRule", eventPattern={"fn::toJSON": {"detail-type": [detail]}}
        ),
        f"{name}-target": declared(
            "cloudwatch:EventTarget",
            rule=f"${{{name}.name}}",
            arn="arn:aws:sns:eu-west-1:111122223333:operations",
            deadLetterConfig={"arn": "arn:aws:sqs:eu-west-1:111122223333:lost"},
            retryPolicy={"maximumRetryAttempts": 5, "maximumEventAgeInSeconds": 3600},
        ),
    }


@pytest.fixture
def failures(tmp_path):
    """Return the messages about a program that must be fixed."""

    def found(resources):
        config = {"aws:region": "eu-west-1", "aws:defaultTags": {"value": {"tags": TAGS}}}
        file = tmp_path / "Pulumi.yaml"
        file.write_text(json.dumps({"name": "shop", "config": config, "resources": resources}))
        report = check([read(file)], all_rules(), Configuration())
        return [f"{one.rule.name}: {one.violation.message}" for one in report.failures]

    return found


def test_every_kind_of_log_delivery_keeps_every_mandatory_rule(failures):
    assert failures(program()) == []


def test_buckets_with_the_key_of_another_kind_of_log_delivery_are_reported(failures):
    both_wrong = {
        **program(),
        **bucket("access", "access", sseAlgorithm="aws:kms", kmsMasterKeyId="${key.arn}"),
        **bucket("network", "access", DELIVERY, sseAlgorithm="aws:kms"),
    }

    assert {one.partition(":")[0] for one in failures(both_wrong)} == {
        "s3-log-bucket-encrypted-by-s3",
        "s3-delivered-logs-no-aws-managed-key",
        "s3-bucket-own-key",
    }
