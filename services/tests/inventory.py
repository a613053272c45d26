"""Compares the resources in the emulated AWS with those in the stack's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Client = Callable[[str], Any]

# Type token of the provider to service, operation, arguments, result member and ID in AWS's API.
LISTS: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "acm/certificate": ("acm", "list_certificates", {}, "CertificateSummaryList", "CertificateArn"),
    "apigatewayv2/api": ("apigatewayv2", "get_apis", {}, "Items", "ApiId"),
    "cloudwatch/logGroup": ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
    "cloudwatch/metricAlarm": (
        "cloudwatch",
        "describe_alarms",
        {},
        "MetricAlarms",
        "AlarmName",
    ),
    "cognito/userPool": ("cognito-idp", "list_user_pools", {"MaxResults": 60}, "UserPools", "Id"),
    "dynamodb/table": ("dynamodb", "list_tables", {}, "TableNames", ""),
    "ec2/eip": ("ec2", "describe_addresses", {}, "Addresses", "AllocationId"),
    "ec2/flowLog": ("ec2", "describe_flow_logs", {}, "FlowLogs", "FlowLogId"),
    "ec2/natGateway": (
        "ec2",
        "describe_nat_gateways",
        {"Filters": [{"Name": "state", "Values": ["pending", "available"]}]},
        "NatGateways",
        "NatGatewayId",
    ),
    "ecr/repository": ("ecr", "describe_repositories", {}, "repositories", "repositoryName"),
    "ecs/cluster": ("ecs", "list_clusters", {}, "clusterArns", ""),
    "iam/role": ("iam", "list_roles", {}, "Roles", "RoleName"),
    "kms/alias": ("kms", "list_aliases", {}, "Aliases", "AliasName"),
    "lambda/eventSourceMapping": (
        "lambda",
        "list_event_source_mappings",
        {},
        "EventSourceMappings",
        "UUID",
    ),
    "lambda/function": ("lambda", "list_functions", {}, "Functions", "FunctionName"),
    "lb/loadBalancer": (
        "elbv2",
        "describe_load_balancers",
        {},
        "LoadBalancers",
        "LoadBalancerArn",
    ),
    "lb/targetGroup": ("elbv2", "describe_target_groups", {}, "TargetGroups", "TargetGroupArn"),
    "rds/cluster": ("rds", "describe_db_clusters", {}, "DBClusters", "DBClusterIdentifier"),
    "rds/clusterInstance": (
        "rds",
        "describe_db_instances",
        {},
        "DBInstances",
        "DBInstanceIdentifier",
    ),
    "route53/zone": ("route53", "list_hosted_zones", {}, "HostedZones", "Id"),
    "s3/bucket": ("s3", "list_buckets", {}, "Buckets", "Name"),
    "sns/topic": ("sns", "list_topics", {}, "Topics", "TopicArn"),
    "sns/topicSubscription": (
        "sns",
        "list_subscriptions",
        {},
        "Subscriptions",
        "SubscriptionArn",
    ),
    "sqs/queue": ("sqs", "list_queues", {}, "QueueUrls", ""),
}


def of_cloud(client: Client) -> dict[str, set[str]]:
    """Return the IDs of all resources in AWS by type, without those that AWS creates itself."""
    found = {
        kind: {_id(one, key) for one in _all(client(service), operation, arguments, member)}
        for kind, (service, operation, arguments, member, key) in LISTS.items()
    }
    found["kms/alias"] = {one for one in found["kms/alias"] if not one.startswith("alias/aws/")}
    found["cloudwatch/metricAlarm"] = {
        one
        for one in found["cloudwatch/metricAlarm"]
        if not one.startswith("TargetTracking-")  # of Application Auto Scaling, not of the stack
    }
    found["ec2/vpc"] = {
        one["VpcId"] for one in client("ec2").describe_vpcs()["Vpcs"] if not one["IsDefault"]
    }
    found["ec2/internetGateway"] = {
        one["InternetGatewayId"]
        for one in client("ec2").describe_internet_gateways()["InternetGateways"]
        if {attachment["VpcId"] for attachment in one["Attachments"]} <= found["ec2/vpc"]
    }
    found["ec2/vpcEndpoint"] = {
        one["VpcEndpointId"]
        for one in client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
        if one["State"].lower() != "deleted"  # deleted ones are listed for a while
    }
    clusters = client("ecs").describe_clusters(clusters=sorted(found["ecs/cluster"]))["clusters"]
    found["ecs/cluster"] = {one["clusterArn"] for one in clusters if one["status"] == "ACTIVE"}
    own = [{"Name": "vpc-id", "Values": sorted(found["ec2/vpc"]) or ["none"]}]
    for kind, operation, member, key in (
        ("ec2/subnet", "describe_subnets", "Subnets", "SubnetId"),
        ("ec2/securityGroup", "describe_security_groups", "SecurityGroups", "GroupId"),
    ):
        answer = _all(client("ec2"), operation, {"Filters": own}, member)
        found[kind] = {one[key] for one in answer if one.get("GroupName") != "default"}
    found["ecs/service"] = {
        service
        for cluster in found["ecs/cluster"]
        for service in client("ecs").list_services(cluster=cluster)["serviceArns"]
    }
    found["lb/listener"] = {
        listener["ListenerArn"]
        for balancer in found["lb/loadBalancer"]
        for listener in client("elbv2").describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    }
    found["lb/listenerRule"] = {
        rule["RuleArn"]
        for listener in found["lb/listener"]
        for rule in client("elbv2").describe_rules(ListenerArn=listener)["Rules"]
        if not rule["IsDefault"]
    }
    gateway = client("apigatewayv2")
    for kind, operation, key in (
        ("apigatewayv2/route", gateway.get_routes, "RouteId"),
        ("apigatewayv2/integration", gateway.get_integrations, "IntegrationId"),
    ):
        found[kind] = {
            one[key] for api in found["apigatewayv2/api"] for one in operation(ApiId=api)["Items"]
        }
    found["kms/key"] = {key for key in _keys(client("kms")) if key}
    found["secretsmanager/secret"] = {
        one["ARN"]
        for one in client("secretsmanager").list_secrets()["SecretList"]
        if not one["Name"].startswith("rds!")  # of the database, not of the stack
    }
    return found


def of_state(resources: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return the IDs in the stack's state, of the same types."""
    found: dict[str, set[str]] = {}
    for one in resources:
        if one["type"].startswith("aws:") and one.get("id"):
            kind = one["type"].removeprefix("aws:").rpartition(":")[0]
            found.setdefault(kind, set()).add(one["id"])
    return found


def assert_exactly_one_of_each(client: Client, resources: Iterable[Mapping[str, Any]]) -> None:
    """Fail if a resource exists only in AWS or only in the state."""
    state, cloud = of_state(resources), of_cloud(client)
    different = {
        kind: {"only in AWS": ids - known, "only in the state": known - ids}
        for kind, ids in cloud.items()
        if ids != (known := state.get(kind, set()))
    }
    assert not different, different


def _keys(kms: Any) -> Iterable[str]:
    for one in kms.list_keys()["Keys"]:
        about = kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"]
        if about["KeyManager"] == "CUSTOMER" and about["KeyState"] != "PendingDeletion":
            yield about["KeyId"]


def _all(client: Any, operation: str, arguments: Mapping[str, Any], member: str) -> list[Any]:
    if not client.can_paginate(operation):
        return getattr(client, operation)(**arguments)[member]
    pages = client.get_paginator(operation).paginate(**arguments)
    return [one for page in pages for one in page.get(member) or ()]


def _id(one: Any, key: str) -> str:
    found = one[key] if key else one
    return found.removeprefix("/hostedzone/")
