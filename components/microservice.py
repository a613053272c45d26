"""A microservice with its stores, compute, permissions and security group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.args import as_inputs
from components.network.workload_security_group import (
    WorkloadSecurityGroup,
    WorkloadSecurityGroupArgs,
)
from components.service.args import ComputeContext, public_routes
from components.service.calls import allow_calls, watch_calls
from components.service.environment import environment
from components.service.secrets import RotationContext, allow_parameters, define_secrets
from components.service.stores import ServiceStores, ServiceStoresArgs
from components.service.tracing import allow_traces

if TYPE_CHECKING:
    from components.service.args import MicroserviceArgs


class Microservice(pulumi.ComponentResource):
    """A service with its own stores, roles, queues, log groups and alarms."""

    kind: str

    def __init__(
        self, name: str, args: MicroserviceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the service *name*."""
        super().__init__("bulkhead:service:Microservice", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = {"service": name, **args.tags}

        group_id = self._security_group(name, args, tags)
        stores = ServiceStores(
            f"{name}-stores",
            ServiceStoresArgs(
                service=name,
                stores=args.stores,
                platform=args.platform,
                security_group_id=group_id,
                connection_per_request=args.compute.connection_per_request,
                tags=tags,
            ),
            child,
        )
        own = {**environment(name, args), **stores.environment}
        after = pulumi.ResourceOptions(parent=self, depends_on=[stores, *stores.depends_on])
        context = RotationContext(environment=own, security_group_id=group_id, opts=after)
        secrets = define_secrets(name, args, context, child, tags)
        watch_calls(name, args.calls, args.platform, child, tags)
        self.kind = args.compute.kind
        # Not declared on the class: Pulumi would treat declared attributes as resource outputs.
        made = args.compute.define(
            ComputeContext(
                name=name,
                service=args,
                environment={**own, **secrets.environment},
                statements=[
                    *stores.statements,
                    *secrets.statements,
                    *allow_parameters(args),
                    *(each for event in args.publishes.values() for each in event.statements),
                    *allow_calls(args.calls),
                    *allow_traces(args.platform),
                ],
                mounts=stores.mounts,
                stores=stores.components,
                security_group_id=group_id,
                tags=tags,
                opts=after,
            )
        )
        self.location: dict[str, Any] = dict(made.location)
        self.function_arn = made.function_arn
        self.log_group_names = dict(made.log_group_names)
        self.role_arns: list[pulumi.Input[str]] = list(made.role_arns)
        self.aged_secret_arns: list[pulumi.Output[str]] = secrets.aged_arns

        self.register_outputs({"kind": self.kind})

    def _security_group(
        self, name: str, args: MicroserviceArgs, tags: dict[str, str]
    ) -> pulumi.Output[str] | None:
        in_network = args.compute.in_network or any(s.in_network for s in args.stores.values())
        if not (in_network or any(callee.internal for callee in args.calls.values())):
            return None  # everything it calls is reachable from outside the VPC
        port = args.compute.target_port
        internal = args.platform.internal
        allowed: dict[str, pulumi.Input[str]] = {}
        if port is not None and public_routes(args):
            allowed["load-balancer"] = args.platform.load_balancer.security_group_id
        if internal is not None and args.callers is not None and args.callers.priority is not None:
            allowed["internal-load-balancer"] = internal.load_balancer.security_group_id
        group = WorkloadSecurityGroup(
            f"{name}-network",
            WorkloadSecurityGroupArgs(
                vpc_id=args.platform.vpc.vpc_id,
                description=f"The service {name}",
                allowed_security_groups=allowed or None,
                port=WorkloadSecurityGroupArgs.port if port is None else port,
                tags=tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        if internal is not None and any(callee.internal for callee in args.calls.values()):
            internal.load_balancer.admit(
                f"{name}-calls", group.security_group_id, pulumi.ResourceOptions(parent=self), tags
            )
        return group.security_group_id
