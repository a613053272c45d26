"""A DAX cluster, which caches reads of a DynamoDB table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.access import RoleArgs, Statement, make_role
from components.alarm_kinds import AlarmKind
from components.alarms import Alarm, make_alarm
from components.args import InvalidArgError, as_inputs, require_between
from components.data.store_group import StoreGroup, make_store_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.alarms import AlarmRouting

PORT = 9111  # of clusters with TLS
MAX_NODES = 11
READABLE, DIGEST = 11, 8  # characters of a cluster's name, of which DAX allows 20
ACTIONS = (
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)


@dataclass(frozen=True, kw_only=True)
class DaxClusterArgs:
    """Table, network and size of a DAX cluster."""

    node_type: str
    """Node type, such as dax.t3.small; a change replaces the cluster."""

    table_access: Sequence[Statement]
    """Permissions of the cluster's role on the table and its key."""

    environment: str
    """Name of the environment; it makes the cluster's name unique in the account."""

    account_id: str
    """Account in the role's `aws:SourceAccount` condition."""

    vpc_id: pulumi.Input[str]
    """VPC of the cluster."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""

    allowed_security_groups: Mapping[str, pulumi.Input[str]]
    """Security groups that may connect, by the name of their workload."""

    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""

    nodes: int = 3
    """Number of nodes; with fewer than three, a node failure sends the load to the table."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""

    def __post_init__(self) -> None:
        """Reject values that DAX does not accept."""
        require_between("nodes", self.nodes, 1, MAX_NODES)
        if not self.node_type.startswith("dax."):
            raise InvalidArgError("node_type", self.node_type, "use a type such as dax.t3.small")


class DaxCluster(pulumi.ComponentResource):
    """A cluster in isolated subnets, encrypted at rest and in transit."""

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]

    def __init__(
        self, name: str, args: DaxClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the cluster *name*."""
        super().__init__("bulkhead:data:DaxCluster", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        role = make_role(
            f"{name}-role",
            RoleArgs(
                service="dax.amazonaws.com",
                description=f"Reads and writes the table of {name}",
                statements=args.table_access,
                account_id=args.account_id,
                tags=args.tags,
            ),
            child,
        )
        subnets = aws.dax.SubnetGroup(
            f"{name}-subnets",
            subnet_ids=list(args.subnet_ids),
            description=f"Isolated subnets of {name}",
            opts=child,
        )
        parameters = aws.dax.ParameterGroup(
            f"{name}-parameters", description=f"Parameters of {name}", opts=child
        )
        cluster = aws.dax.Cluster(
            f"{name}-cluster",
            cluster_name=_physical_name(args.environment, name),
            node_type=args.node_type,
            replication_factor=args.nodes,
            iam_role_arn=role.arn,
            subnet_group_name=subnets.name,
            parameter_group_name=parameters.name,
            security_group_ids=[self._group(name, args).id],
            server_side_encryption={"enabled": True},
            cluster_endpoint_encryption_type="TLS",
            tags=args.tags,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=list(role.ready), delete_before_replace=True
            ),
        )
        for suffix, alarm in _alarms(name, cluster.cluster_name).items():
            make_alarm(f"{name}-{suffix}", alarm, args.alarms, child, args.tags)

        self.arn = cluster.arn
        self.endpoint = pulumi.Output.concat("daxs://", cluster.cluster_address)
        self.register_outputs({"arn": self.arn, "endpoint": self.endpoint})

    def allow_read_write(self) -> list[Statement]:
        """Return the permission to read, write and delete items through the cluster."""
        return [Statement(actions=[f"dax:{action}" for action in ACTIONS], resources=[self.arn])]

    def _group(self, name: str, args: DaxClusterArgs) -> aws.ec2.SecurityGroup:
        group = StoreGroup(
            vpc_id=args.vpc_id,
            clients=args.allowed_security_groups,
            description=f"The DAX cluster {name}",
            port=PORT,
            tags=args.tags,
        )
        return make_store_group(name, group, pulumi.ResourceOptions(parent=self))


def _physical_name(environment: str, name: str) -> str:
    """Return a name of at most 20 characters: autonaming does not serve clusters of DAX."""
    digest = hashlib.sha256(f"{environment}/{name}".encode()).hexdigest()
    return f"{name[:READABLE].rstrip('-')}-{digest[:DIGEST]}"


def _alarms(name: str, cluster: pulumi.Output[str]) -> dict[str, Alarm]:
    dimensions = {"ClusterId": cluster}
    return {
        "busy": Alarm(
            kind=AlarmKind.CACHE_BUSY,
            description=f"The nodes of {name} are busy: add nodes, or take a larger node type",
            namespace="AWS/DAX",
            metric="CPUUtilization",
            dimensions=dimensions,
            threshold=80,
            statistic="Average",
            periods=5,
        ),
        "faults": Alarm(
            kind=AlarmKind.CACHE_BUSY,
            description=f"{name} fails requests: look at the table's alarms first",
            namespace="AWS/DAX",
            metric="FaultRequestCount",
            dimensions=dimensions,
            threshold=0,
            periods=3,
        ),
    }
