"""Rules on VPC endpoints and endpoint services."""

from __future__ import annotations

import re
from typing import Any

from policy.engine import resource_types as aws
from policy.engine.iam import public_statements
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing

VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
VPC_ENDPOINT_CONNECTION_NOTIFICATION = (
    "aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification"
)
VPC_ENDPOINT_POLICY = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
VPC_ENDPOINT_SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"
VPC_ENDPOINT_SERVICE_ALLOWED_PRINCIPLE = (
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
)
ONE_PRINCIPAL = re.compile(r"arn:aws[\w-]*:iam::\d{12}:(root|(role|user)/[^*?]+)")


@require_value(VPC_ENDPOINT_SERVICE, path="acceptanceRequired", remediates=True)
@classify("security", "network", "medium", "advisory")
def vpc_endpoint_service_acceptance_required() -> None:
    """VPC endpoint services must require acceptance of each connection.

    Without acceptance, any allowed principal can connect without review.

    References: Checkov CKV_AWS_123
    """


@stack_rule(
    VPC_ENDPOINT_SERVICE,
    VPC_ENDPOINT_CONNECTION_NOTIFICATION,
    params={"events": ["Connect", "Accept", "Reject"]},
)
@classify("security", "network", "medium", "mandatory")
def vpc_endpoint_service_notifies(stack: Stack) -> Findings:
    """VPC endpoint services must send connection notifications.

    Without notifications, new or rejected connections go unnoticed.
    """
    wanted = [str(one) for one in stack.params["events"]]
    for service in stack.of_type(VPC_ENDPOINT_SERVICE):
        notifications = [
            one
            for one in stack.referrers(
                "vpcEndpointServiceId", service, VPC_ENDPOINT_CONNECTION_NOTIFICATION
            )
            if not one.is_missing("connectionNotificationArn")
        ]
        told = [event for one in notifications for event in _events(one)]
        missing = [event for event in wanted if event not in told]
        if missing and UNKNOWN not in told:
            yield service.finding(
                f"The endpoint service '{service.name}' must send notifications about"
                f" {', '.join(missing)}: add an aws.ec2.VpcEndpointConnectionNotification with"
                " these connection_events."
            )


@rule(VPC_ENDPOINT_SERVICE, VPC_ENDPOINT_SERVICE_ALLOWED_PRINCIPLE)
@classify("security", "network", "high", "mandatory")
def vpc_endpoint_service_principals_named(service: Resource) -> Messages:
    """VPC endpoint services must name the accounts, roles and users that may connect.

    A wildcard lets every AWS account request a connection to the service.
    """
    path = "allowedPrincipals" if service.type == VPC_ENDPOINT_SERVICE else "principalArn"
    argument = "allowed_principals" if service.type == VPC_ENDPOINT_SERVICE else "principal_arn"
    for principal in as_list(service.get(path)):
        if isinstance(principal, str) and not ONE_PRINCIPAL.fullmatch(principal):
            yield (
                f"The endpoint service permission '{service.name}' must name who may connect:"
                f" replace '{principal}' in {argument} with the ARN of an account, role or user."
            )


@stack_rule(
    aws.VPC,
    VPC_ENDPOINT,
    aws.NAT_GATEWAY,
    aws.ECS_SERVICE,
    aws.LAMBDA_FUNCTION,
    params={
        "gatewayServices": [".s3", ".dynamodb"],
        "interfaceServices": [".ecr.api", ".ecr.dkr", ".logs", ".secretsmanager"],
    },
)
@classify("security", "network", "medium", "advisory")
def vpc_has_service_endpoints(stack: Stack) -> Findings:
    """VPCs with services must have endpoints for the AWS services they use.

    Without an endpoint, traffic to AWS services leaves the VPC through a NAT gateway or cannot
    reach them.

    References: FSBP EC2.10 (.ec2), FSBP EC2.55 (.ecr.api), FSBP EC2.56 (.ecr.dkr),
    FSBP EC2.57 (.ssm), FSBP EC2.58 (.ssm-contacts), FSBP EC2.60 (.ssm-incidents), CIS 7.0 6.8,
    Config vpc-endpoint-enabled
    """
    for vpc in stack.of_type(aws.VPC):
        if not _runs_services(stack, vpc):
            continue
        endpoints = stack.referrers("vpcId", vpc, VPC_ENDPOINT)
        wanted = [(str(one), "Gateway") for one in stack.params["gatewayServices"]]
        if not stack.of_type(aws.NAT_GATEWAY):
            wanted += [(str(one), "Interface") for one in stack.params["interfaceServices"]]
        missing = [
            suffix
            for suffix, kind in wanted
            if not any(_serves(one, suffix, kind) for one in endpoints)
        ]
        if missing:
            yield vpc.finding(
                f"The VPC '{vpc.name}' must have endpoints for {', '.join(missing)}: add an"
                " aws.ec2.VpcEndpoint for each, whose service_name ends with it.",
                *missing,
            )


@stack_rule(
    VPC_ENDPOINT, VPC_ENDPOINT_POLICY, params={"services": [".s3", ".dynamodb", ".secretsmanager"]}
)
@classify("security", "network", "medium", "advisory")
def vpc_endpoint_policy_narrow(stack: Stack) -> Findings:
    """VPC endpoints must have a policy that does not allow every action on every resource.

    The default endpoint policy lets stolen credentials copy data to any resource in any account.

    References: CIS 7.0 2.21
    """
    endings = tuple(str(one) for one in stack.params["services"])
    for endpoint in stack.of_type(VPC_ENDPOINT):
        service = endpoint.get("serviceName")
        if not isinstance(service, str) or not service.endswith(endings):
            continue
        separate = stack.referrers("vpcEndpointId", endpoint, VPC_ENDPOINT_POLICY)
        policies = [one.get("policy") for one in (endpoint, *separate)]
        policies = [one for one in policies if not is_missing(one)]
        if policies and not any(_allows_everything(stack, policy) for policy in policies):
            continue
        yield endpoint.finding(
            f"The endpoint '{endpoint.name}' must not allow every action on every resource: set"
            " policy to a document that names principals, actions or resources."
        )


def _events(notification: Resource) -> list[Any]:
    events = notification.get("connectionEvents")
    return [UNKNOWN] if events is UNKNOWN else as_list(events)


def _runs_services(stack: Stack, vpc: Resource) -> bool:
    subnets = stack.referrers("vpcId", vpc, aws.SUBNET)
    return any(
        stack.refers_to(one, path, subnet)
        for path, typ in (
            ("networkConfiguration.subnets", aws.ECS_SERVICE),
            ("vpcConfig.subnetIds", aws.LAMBDA_FUNCTION),
        )
        for one in stack.of_type(typ)
        for subnet in subnets
    )


def _serves(endpoint: Resource, suffix: str, kind: str) -> bool:
    service, found = endpoint.get("serviceName"), endpoint.get("vpcEndpointType")
    right_kind = found in (kind, UNKNOWN) or (kind == "Gateway" and is_missing(found))
    return right_kind and (service is UNKNOWN or str(service).endswith(suffix))


def _allows_everything(stack: Stack, policy: Any) -> bool:
    keys = stack.settings.restricting_condition_keys
    return any(
        ("*" in one.actions or one.not_actions) and one.covers_every_resource
        for one in public_statements(policy, keys)
    )
