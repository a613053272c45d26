"""A microservice: everything that follows from how it runs, what it keeps and what it shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.args import as_inputs
from components.network.workload_group import WorkloadGroup, WorkloadGroupArgs
from components.service.args import ContainerWorkload, DatabaseStore
from components.service.containers import Containers, ContainersArgs
from components.service.environment import environment
from components.service.function import Function, FunctionArgs
from components.service.stores import ServiceStores, ServiceStoresArgs

if TYPE_CHECKING:
    from components.service.args import MicroserviceArgs


class Microservice(pulumi.ComponentResource):
    """A service with stores, roles, queues, logs and alarms of its own, apart from all others."""

    kind: str
    service_arns: dict[str, pulumi.Output[str]]
    function_name: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: MicroserviceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the service *name*."""
        super().__init__("bulkhead:service:Microservice", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = {"service": name, **args.tags}

        group_id = self._network_identity(name, args, tags)
        stores = ServiceStores(
            f"{name}-stores",
            ServiceStoresArgs(
                service=name,
                stores=args.stores,
                platform=args.platform,
                security_group_id=group_id,
                tags=tags,
            ),
            child,
        )
        variables = {**environment(name, args), **stores.environment}
        granted = [
            *stores.statements,
            *(grant for published in args.publishes.values() for grant in published.statements),
        ]
        after_stores = pulumi.ResourceOptions(parent=self, depends_on=[stores])
        self.service_arns = {}
        self.function_name = None
        if isinstance(args.workload, ContainerWorkload):
            self.kind = "fargate"
            containers = Containers(
                name,
                ContainersArgs(
                    service=args,
                    workload=args.workload,
                    security_group_id=group_id or "",
                    environment=variables,
                    statements=granted,
                    tags=tags,
                ),
                after_stores,
            )
            self.service_arns = containers.service_arns
        else:
            self.kind = "lambda"
            function = Function(
                name,
                FunctionArgs(
                    service=args,
                    workload=args.workload,
                    environment=variables,
                    statements=granted,
                    security_group_id=group_id,
                    tags=tags,
                ),
                after_stores,
            )
            self.function_name = function.function_name

        self.register_outputs(
            {
                "kind": self.kind,
                "service_arns": self.service_arns,
                "function_name": self.function_name,
            }
        )

    def _network_identity(
        self, name: str, args: MicroserviceArgs, tags: dict[str, str]
    ) -> pulumi.Output[str] | None:
        contained = isinstance(args.workload, ContainerWorkload)
        databases = any(isinstance(store, DatabaseStore) for store in args.stores.values())
        internal = any(callee.internal for callee in args.calls.values())
        if not (contained or databases or internal):
            return None  # all it speaks to is reached from everywhere
        admits = {"load-balancer": args.platform.load_balancer.security_group_id}
        group = WorkloadGroup(
            f"{name}-network",
            WorkloadGroupArgs(
                vpc_id=args.platform.vpc_id,
                description=f"The service {name}",
                admits=admits if contained and args.routes else None,
                port=args.workload.port
                if isinstance(args.workload, ContainerWorkload)
                else WorkloadGroupArgs.port,
                tags=tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return group.security_group_id
