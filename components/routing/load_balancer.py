"""The Application Load Balancer that an environment's container services share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import as_inputs
from components.routing.access_log_bucket import AccessLogBucket, AccessLogBucketArgs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

HTTP, HTTPS = 80, 443
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"  # TLS 1.3 and 1.2
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """Network, certificate and logging of a load balancer."""

    vpc_id: pulumi.Input[str]
    """VPC of the targets."""

    vpc_cidr: pulumi.Input[str] | None = None
    """CIDR block of the VPC, the only source allowed by an internal load balancer; None: only the
    security groups that `admit` names, and HTTPS only."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets in two zones or more; public ones if it is internet-facing."""

    certificate_arn: pulumi.Input[str]
    """ARN of the HTTPS listener's certificate."""

    account_id: pulumi.Input[str]
    """Account that may write access logs."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    publicly_reachable: bool = False
    """Internet-facing; otherwise internal."""

    deletion_protection: bool = True
    """Deletion protection of the load balancer and of its access logs."""

    access_log_days: int = 365
    """Retention of access logs in days."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class LoadBalancer(pulumi.ComponentResource):
    """HTTPS listener, HTTP redirect for browsers, and a default action that responds with 404."""

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the load balancer *name*."""
        super().__init__("bulkhead:routing:LoadBalancer", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        group = self._group(name, args)
        logs = AccessLogBucket(
            f"{name}-access-logs",
            AccessLogBucketArgs(
                account_id=args.account_id,
                retention_days=args.access_log_days,
                deletion_protection=args.deletion_protection,
                tags=args.tags,
            ),
            child,
        )
        balancer = aws.lb.LoadBalancer(
            name,
            load_balancer_type="application",
            internal=not args.publicly_reachable,
            subnets=list(args.subnet_ids),
            security_groups=[group.id],
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.deletion_protection,
            access_logs={"bucket": logs.bucket_name, "enabled": True},
            tags={
                **(args.tags or {}),
                "exposure": "public" if args.publicly_reachable else "internal",
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=logs.ready),
        )
        listener = self._listeners(name, args, balancer)
        make_alarm(
            f"{name}-errors",
            Alarm(
                kind=AlarmKind.LOAD_BALANCER_ERRORS,
                description=f"{name} itself answers with 5xx: no service is healthy behind it",
                namespace="AWS/ApplicationELB",
                metric="HTTPCode_ELB_5XX_Count",
                dimensions={"LoadBalancer": balancer.arn_suffix},
                threshold=10,
                periods=3,
            ),
            args.alarms,
            child,
            args.tags,
        )

        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self.hosted_zone_id = balancer.zone_id
        self.listener_arn = listener.arn
        self.security_group_id = group.id
        self.access_log_bucket = logs.log_target
        self.register_outputs(
            {
                "arn": self.arn,
                "arn_suffix": self.arn_suffix,
                "dns_name": self.dns_name,
                "hosted_zone_id": self.hosted_zone_id,
                "listener_arn": self.listener_arn,
                "security_group_id": self.security_group_id,
            }
        )

    def admit(
        self,
        name: str,
        security_group_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Define the rule *name*, by which workloads of a security group may connect."""
        aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=self.security_group_id,
            referenced_security_group_id=security_group_id,
            description=f"HTTPS of {name}",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            tags=tags,
            opts=opts,
        )

    def _group(self, name: str, args: LoadBalancerArgs) -> aws.ec2.SecurityGroup:
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=args.vpc_id,
            description=f"The load balancer {name}",
            tags=args.tags,
            opts=child,
        )
        callers = ANYWHERE if args.publicly_reachable else args.vpc_cidr
        for protocol, port in (("http", HTTP), ("https", HTTPS)) if callers is not None else ():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-from-{protocol}",
                security_group_id=group.id,
                description=f"{protocol.upper()} of callers",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_ipv4=callers,
                tags=args.tags,
                opts=child,
            )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-issuer",
            security_group_id=group.id,
            description="HTTPS to the issuer of tokens, for its keys",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4=ANYWHERE,
            tags=args.tags,
            opts=child,
        )
        return group

    def _listeners(
        self, name: str, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer
    ) -> aws.lb.Listener:
        child = pulumi.ResourceOptions(parent=self)
        if args.publicly_reachable or args.vpc_cidr is not None:
            aws.lb.Listener(
                f"{name}-http",
                load_balancer_arn=balancer.arn,
                port=HTTP,
                protocol="HTTP",
                default_actions=[
                    {
                        "type": "redirect",
                        "redirect": {
                            "protocol": "HTTPS",
                            "port": str(HTTPS),
                            "status_code": "HTTP_301",
                        },
                    }
                ],
                tags=args.tags,
                opts=child,
            )
        return aws.lb.Listener(
            f"{name}-https",
            load_balancer_arn=balancer.arn,
            port=HTTPS,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=args.certificate_arn,
            default_actions=[
                {
                    "type": "fixed-response",
                    "fixed_response": {
                        "content_type": "application/json",
                        "message_body": '{"message": "No service has this route."}',
                        "status_code": "404",
                    },
                }
            ],
            tags=args.tags,
            opts=child,
        )
