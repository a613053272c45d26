"""Rules on who may connect to RDS databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.owners import group_access_findings
from policy.engine.remediation import changed_inputs
from policy.engine.resource_types import (
    RDS_CLUSTER,
    RDS_INSTANCE,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SECURITY_GROUP_RULE,
    SUBNET,
)
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, rule, stack_rule
from policy.engine.subnets import has_internet_route, is_public
from policy.engine.values import is_not_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

PASSWORDS = {
    "password": "password",
    "passwordWo": "password_wo",
    "masterPassword": "master_password",
    "masterPasswordWo": "master_password_wo",
}
SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="IAM authentication uses short-lived tokens, so there is no database password to steal.",
    params={"engines": ["mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql"]},
    references=(
        "FSBP RDS.10",
        "FSBP RDS.12",
        "Config rds-instance-iam-authentication-enabled",
        "Config rds-cluster-iam-authentication-enabled",
        "Checkov CKV_AWS_161",
        "Checkov CKV_AWS_162",
        "cdk-nag AwsSolutions-RDS6",
    ),
    remediation="Set iam_database_authentication_enabled to True.",
    remediate=lambda found: changed_inputs(found, {"iamDatabaseAuthenticationEnabled": True}),
)
def rds_iam_authentication(database: Resource) -> Iterator[str]:
    """Databases must have IAM authentication enabled."""
    engine = database.get("engine")
    if engine not in database.params["engines"]:
        return
    if is_not_true(database.get("iamDatabaseAuthenticationEnabled")):
        yield (
            f"The database '{database.name}' must have IAM authentication enabled: set"
            " iam_database_authentication_enabled=True."
        )


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A password in the program is visible in source control and to everyone with a checkout.",
)
def rds_password_managed(database: Resource) -> Iterator[str]:
    """Databases must have an administrator password that AWS manages."""
    given = [argument for path, argument in PASSWORDS.items() if not database.is_missing(path)]
    if given:
        argument = "manage_master_user_password"
        yield (
            f"The database '{database.name}' must have an administrator password that AWS manages:"
            f" remove {', '.join(given)} and set {argument}=True."
        )


@stack_rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    SUBNET_GROUP,
    SUBNET,
    pack=Pack.SECURITY,
    concern=Concern.NETWORK,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "A database in a public subnet becomes reachable from the internet by one change of its"
        " settings."
    ),
    params={"publicTierTag": {"tier": "public"}},
    references=("FSBP RDS.18", "Config rds-instance-subnet-igw-check"),
)
def rds_in_private_subnets(stack: Stack) -> Iterator[Finding]:
    """Databases must be in private subnets."""
    for database in stack.of_type(RDS_INSTANCE, RDS_CLUSTER):
        if not database.is_missing("dbSubnetGroupName"):
            yield from _in_private_subnets(stack, database)
        elif database.is_missing("replicateSourceDb"):  # a replica stands where its source does
            yield Finding(
                f"The database '{database.name}' must be in private subnets: set"
                " db_subnet_group_name; without it, AWS uses the default VPC.",
                database.urn,
            )


def _in_private_subnets(stack: Stack, database: Resource) -> Iterator[Finding]:
    tag = stack.params["publicTierTag"]
    for group in stack.references(database, "dbSubnetGroupName", SUBNET_GROUP):
        for subnet in stack.references(group, "subnetIds", SUBNET):
            if is_public(subnet, tag, unknown=False) or has_internet_route(stack, subnet):
                yield Finding(
                    f"The database '{database.name}' must be in private subnets: replace"
                    f" '{subnet.name}', which is public, in subnet_ids of '{group.name}'.",
                    database.urn,
                )


@stack_rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_GROUP_INGRESS_RULE,
    pack=Pack.ARCHITECTURE,
    concern=Concern.ARCHITECTURE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A shared database couples its services: neither can change the schema independently.",
    params={"serviceTag": "service"},
)
def rds_one_owning_service(stack: Stack) -> Iterator[Finding]:
    """Databases must be reachable only by the service that owns them."""
    for database in stack.of_type(RDS_INSTANCE, RDS_CLUSTER):
        yield from group_access_findings(stack, database, "vpcSecurityGroupIds")
