"""A program of 1,000 resources of ten types with few violations of mandatory rules."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from localcloud.account import ACCOUNT, REGION

GROUPS = 100
TAGS = {"environment": "local", "owner": "bench", "service": "bench", "cost-centre": "none"}
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",'
    ' "Principal": {"Service": "lambda.amazonaws.com"}}]}'
)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/bench"
ALARMS = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"


def program() -> None:
    """Register the resources."""
    provider = aws.Provider(
        "aws",
        region=REGION,
        allowed_account_ids=[ACCOUNT],
        default_tags={"tags": TAGS},
    )
    opts = pulumi.ResourceOptions(provider=provider)
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
    for number in range(GROUPS):
        _group(f"g{number:03}", vpc.id, opts)


def _group(name: str, vpc_id: pulumi.Output[str], opts: pulumi.ResourceOptions) -> None:
    aws.sqs.Queue(f"{name}-queue", sqs_managed_sse_enabled=True, opts=opts)
    aws.cloudwatch.LogGroup(f"{name}-logs", retention_in_days=30, kms_key_id=KEY, opts=opts)
    aws.iam.Role(f"{name}-role", assume_role_policy=TRUST, opts=opts)
    aws.ec2.SecurityGroup(f"{name}-firewall", vpc_id=vpc_id, description=name, opts=opts)
    aws.cloudwatch.MetricAlarm(
        f"{name}-alarm",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        metric_name="Errors",
        namespace="AWS/Lambda",
        period=60,
        statistic="Sum",
        threshold=1,
        alarm_actions=[ALARMS],
        opts=opts,
    )
    aws.dynamodb.Table(
        f"{name}-table",
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        billing_mode="PAY_PER_REQUEST",
        deletion_protection_enabled=True,
        point_in_time_recovery={"enabled": True},
        server_side_encryption={"enabled": True, "kms_key_arn": KEY},
        opts=opts,
    )
    aws.sns.Topic(f"{name}-topic", kms_master_key_id="alias/bench", opts=opts)
    bucket = aws.s3.Bucket(f"{name}-bucket", opts=opts)
    aws.s3.BucketPublicAccessBlock(
        f"{name}-block",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    aws.lb.TargetGroup(
        f"{name}-targets",
        port=80,
        protocol="HTTP",
        target_type="ip",
        vpc_id=vpc_id,
        health_check={"path": "/health"},
        opts=opts,
    )
