"""What EC2 refuses to delete because something depends on it, and names in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends
from moto.ec2.exceptions import (
    DependencyViolationError,
    EC2ClientError,
    InvalidSecurityGroupDuplicateError,
)
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends

if TYPE_CHECKING:
    from collections.abc import Iterator


def install() -> None:
    """Replace the operations."""
    groups: Any = SecurityGroupBackend
    groups.create_security_group = _creating(groups.create_security_group)
    groups.delete_security_group = _deleting_group(groups.delete_security_group)
    subnets: Any = SubnetBackend
    subnets.delete_subnet = _deleting_subnet(subnets.delete_subnet)


def _creating(create: Any) -> Any:
    def call(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return create(self, name, *args, **kwargs)
        except InvalidSecurityGroupDuplicateError as error:
            vpc = kwargs.get("vpc_id") or self.default_vpc.id
            text = f"The security group '{name}' already exists for VPC '{vpc}'"
            raise EC2ClientError("InvalidGroup.Duplicate", text) from error

    return call


def _deleting_group(delete: Any) -> Any:
    def call(self: Any, name: str | None = None, group_id: str | None = None) -> Any:
        found = self.get_security_group_by_name_or_id(group_id or name)
        if found is not None and (found.id in set(_groups(self)) or _is_named(self, found.id)):
            raise DependencyViolationError(f"resource {found.id} has a dependent object")
        return delete(self, name, group_id)

    return call


def _deleting_subnet(delete: Any) -> Any:
    def call(self: Any, subnet_id: str) -> Any:
        if subnet_id in set(_subnets(self)):
            raise DependencyViolationError(
                f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
            )
        return delete(self, subnet_id)

    return call


def _is_named(ec2: Any, group: str) -> bool:
    """Say whether a rule of another security group names *group*."""
    return any(
        rule.source_group.get("GroupId") == group
        for groups in ec2.groups.values()
        for other in groups.values()
        if other.id != group
        for rule in (*other.ingress_rules, *other.egress_rules)
    )


def _groups(ec2: Any) -> Iterator[str]:
    """Yield the security groups that network interfaces, and what has some in AWS, use."""
    for interface in _interfaces(ec2):
        yield from (group.id for group in interface.group_set)
    for balancer in _of(elbv2_backends, ec2).load_balancers.values():
        yield from balancer.security_groups or ()
    for database in _of(rds_backends, ec2).clusters.values():
        yield from database.vpc_security_group_ids or ()
    for network in _networks(ec2):
        yield from network.get("SecurityGroupIds") or network.get("securityGroups") or ()


def _subnets(ec2: Any) -> Iterator[str]:
    """Yield the subnets with network interfaces, or with what has some in AWS."""
    yield from (interface.subnet.id for interface in _interfaces(ec2))
    for balancer in _of(elbv2_backends, ec2).load_balancers.values():
        yield from (subnet.id for subnet in balancer.subnets)
    for network in _networks(ec2):
        yield from network.get("SubnetIds") or network.get("subnets") or ()


def _interfaces(ec2: Any) -> Iterator[Any]:
    """Yield the network interfaces, without those that moto keeps of deleted NAT gateways."""
    gone = {
        gateway._eni.id  # noqa: SLF001 - moto has no other way
        for gateway in ec2.nat_gateways.values()
        if gateway.state == "deleted"
    }
    yield from (one for one in list(ec2.enis.values()) if one.id not in gone)


def _networks(ec2: Any) -> Iterator[Any]:
    """Yield the network configurations of functions and of ECS services."""
    for function in _of(lambda_backends, ec2).list_functions():
        yield function.vpc_config or {}
    for service in _of(ecs_backends, ec2).services.values():
        if service.status == "ACTIVE" and service.network_configuration:
            yield service.network_configuration["awsvpcConfiguration"]


def _of(backends: Any, ec2: Any) -> Any:
    """Return the backend of the account and the region of *ec2*."""
    return backends[ec2.account_id][ec2.region_name]
