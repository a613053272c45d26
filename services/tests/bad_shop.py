"""Violations of each rule in the shop; the program of a copied checkout calls it first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Callable

    Props = dict[str, Any]

ANYWHERE = {"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "referencedSecurityGroupId": None}
FIXED = {"contentType": "text/plain", "messageBody": "hello", "statusCode": "200"}
CONTAINER = [
    {
        "name": "main",
        "image": "shop/orders:latest",
        "essential": True,
        "privileged": True,
        "readonlyRootFilesystem": False,
    }
]


def _document(*statements: Props) -> str:
    allowed = [{"Effect": "Allow", **one} for one in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


def _container(_: Props) -> Props:
    return {"containerDefinitions": json.dumps(CONTAINER)}


def _ports(first: int, last: int) -> Callable[[Props], Props]:
    return lambda _: ANYWHERE | {"fromPort": first, "toPort": last}


def _listener(protocol: str, changes: Props) -> Callable[[Props], Props]:
    return lambda props: changes if props.get("protocol") == protocol else {}


def _permissions(_: Props) -> Props:
    return {
        "policy": _document(
            {"Action": "s3:GetObject", "Resource": "*"},
            {"Action": "sqs:*", "Resource": "arn:aws:sqs:eu-west-1:000000000000:orders"},
            {"Action": "*", "Resource": "*"},
        )
    }


def _always(**changes: Any) -> Callable[[Props], Props]:
    return lambda _: changes


BREAKAGES: dict[str, tuple[str, Callable[[Props], Props]]] = {
    "alb-drop-invalid-headers": (
        "aws:lb/loadBalancer:LoadBalancer",
        _always(dropInvalidHeaderFields=False),
    ),
    "apigatewayv2-route-authorized": (
        "aws:apigatewayv2/route:Route",
        _always(authorizationType="NONE", authorizerId=None),
    ),
    "dynamodb-point-in-time-recovery": (
        "aws:dynamodb/table:Table",
        _always(pointInTimeRecovery={"enabled": False}),
    ),
    "ecr-immutable-tags": (
        "aws:ecr/repository:Repository",
        _always(imageTagMutability="MUTABLE"),
    ),
    "ecr-scan-on-push": (
        "aws:ecr/repository:Repository",
        _always(imageScanningConfiguration={"scanOnPush": False}),
    ),
    "ecs-container-not-privileged": ("aws:ecs/taskDefinition:TaskDefinition", _container),
    "ecs-container-read-only-root": ("aws:ecs/taskDefinition:TaskDefinition", _container),
    "ecs-image-pinned": ("aws:ecs/taskDefinition:TaskDefinition", _container),
    "ecs-service-no-public-ip": (
        "aws:ecs/service:Service",
        _always(networkConfiguration={"subnets": ["subnet-1"], "assignPublicIp": True}),
    ),
    "elb-http-listener-redirects": (
        "aws:lb/listener:Listener",
        _listener("HTTP", {"defaultActions": [{"type": "fixed-response", "fixedResponse": FIXED}]}),
    ),
    "elb-listener-tls-policy": (
        "aws:lb/listener:Listener",
        _listener("HTTPS", {"sslPolicy": "ELBSecurityPolicy-2016-08"}),
    ),
    "iam-no-full-administrator": ("aws:iam/rolePolicy:RolePolicy", _permissions),
    "iam-no-service-wildcard": ("aws:iam/rolePolicy:RolePolicy", _permissions),
    "iam-resource-named": ("aws:iam/rolePolicy:RolePolicy", _permissions),
    "iam-trust-not-open": (
        "aws:iam/role:Role",
        _always(assumeRolePolicy=_document({"Action": "sts:AssumeRole", "Principal": "*"})),
    ),
    "lambda-permission-names-source": (
        "aws:lambda/permission:Permission",
        _always(sourceArn=None, sourceAccount=None),
    ),
    "log-group-retention": ("aws:cloudwatch/logGroup:LogGroup", _always(retentionInDays=0)),
    "rds-backup-retention": ("aws:rds/cluster:Cluster", _always(backupRetentionPeriod=1)),
    "rds-not-public": (
        "aws:rds/clusterInstance:ClusterInstance",
        _always(publiclyAccessible=True),
    ),
    "rds-storage-encrypted": (
        "aws:rds/cluster:Cluster",
        _always(storageEncrypted=False, kmsKeyId=None),
    ),
    "rds-tls-forced": (
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        _always(parameters=[{"name": "rds.force_ssl", "value": "0"}]),
    ),
    "required-tags": ("pulumi:providers:aws", _always(defaultTags=None)),
    "s3-public-access-block-complete": (
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        _always(blockPublicAcls=False),
    ),
    "security-group-no-open-data-ports": (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        _ports(22, 5432),
    ),
    "security-group-no-open-rdp": (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        _ports(22, 5432),
    ),
    "security-group-no-open-ssh": (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        _ports(22, 5432),
    ),
    "sns-encrypted": ("aws:sns/topic:Topic", _always(kmsMasterKeyId=None)),
    "sqs-encrypted": ("aws:sqs/queue:Queue", _always(sqsManagedSseEnabled=False)),
}
"""Rule to the resource type it checks, and the change of inputs that violates it."""


def break_everything() -> None:
    """Make each resource violate the rules of its type."""

    def transform(
        args: pulumi.ResourceTransformArgs,
    ) -> pulumi.ResourceTransformResult | None:
        props = dict(args.props)
        for type_, change in BREAKAGES.values():
            if type_ == args.type_:
                props |= change(props)
        kept = {name: value for name, value in props.items() if value is not None}
        return pulumi.ResourceTransformResult(kept, args.opts)

    pulumi.runtime.register_resource_transform(transform)


def add_a_queue_in_clear_text() -> None:
    """Add a queue that violates a rule, and a resource that depends on it."""
    queue = aws.sqs.Queue("bad", sqs_managed_sse_enabled=False, tags={"service": "bad"})
    after = pulumi.ResourceOptions(depends_on=[queue])
    aws.cloudwatch.LogGroup("after-bad", retention_in_days=1, opts=after)
