"""Rules on who may connect to RDS databases."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.owners import group_access_findings
from policy.engine.remediation import changed_inputs
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.subnets import has_internet_route, is_public
from policy.engine.values import is_not_true

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"  # noqa: S105 - a type
SECRET_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"  # noqa: S105 - a type
PASSWORDS = {
    "password": "password",
    "passwordWo": "password_wo",
    "masterPassword": "master_password",
    "masterPasswordWo": "master_password_wo",
}
WRITE_ONLY = {"passwordWo", "masterPasswordWo"}
SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    params={"engines": ["mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql"]},
    remediate=lambda found: changed_inputs(found, {"iamDatabaseAuthenticationEnabled": True}),
)
@classify("security", "identity", "medium", "mandatory")
def rds_iam_authentication(database: Resource) -> Messages:
    """Databases must have IAM authentication enabled.

    IAM authentication uses short-lived tokens, so there is no database password to steal.

    References: FSBP RDS.10 (rds/instance), FSBP RDS.12 (rds/cluster),
    Config rds-instance-iam-authentication-enabled, Config rds-cluster-iam-authentication-enabled,
    Checkov CKV_AWS_161, Checkov CKV_AWS_162, cdk-nag AwsSolutions-RDS6
    Remediation: Set iam_database_authentication_enabled to True.
    """
    engine = database.get("engine")
    if engine not in database.params["engines"]:
        return
    if is_not_true(database.get("iamDatabaseAuthenticationEnabled")):
        yield (
            f"The database '{database.name}' must have IAM authentication enabled: set"
            " iam_database_authentication_enabled=True."
        )


@stack_rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER, SECRET, SECRET_VERSION, SECRET_ROTATION)
@classify("security", "identity", "critical", "mandatory")
def rds_password_managed(stack: Stack) -> Findings:
    """Databases must have an administrator password that AWS manages, or that is rotated.

    A password in the program is visible in source control and to everyone with a checkout. A
    write-only password may be the first value of a secret that Secrets Manager rotates: RDS manages
    no password of a database with read replicas.
    """
    for database in stack.of_type(aws.RDS_INSTANCE, aws.RDS_CLUSTER):
        given = [
            argument
            for path, argument in PASSWORDS.items()
            if not database.is_missing(path)
            and not (path in WRITE_ONLY and _is_rotated(stack, database, path))
        ]
        if given:
            yield database.finding(
                f"The database '{database.name}' must have an administrator password that AWS"
                f" manages: remove {', '.join(given)} and set manage_master_user_password=True; or"
                " set password_wo from an aws.secretsmanager.SecretVersion whose secret has a"
                " SecretRotation."
            )


def _is_rotated(stack: Stack, database: Resource, path: str) -> bool:
    return any(
        stack.referrers("secretId", secret, SECRET_ROTATION)
        for version in stack.references(database, path, SECRET_VERSION)
        for secret in stack.references(version, "secretId", SECRET)
    )


@stack_rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    SUBNET_GROUP,
    aws.SUBNET,
    params={"publicTierTag": {"tier": "public"}},
)
@classify("security", "network", "high", "mandatory")
def rds_in_private_subnets(stack: Stack) -> Findings:
    """Databases must be in private subnets.

    A database in a public subnet becomes reachable from the internet by one change of its settings.

    References: FSBP RDS.46, Config rds-instance-subnet-igw-check
    """
    for database in stack.of_type(aws.RDS_INSTANCE, aws.RDS_CLUSTER):
        if not database.is_missing("dbSubnetGroupName"):
            yield from _in_private_subnets(stack, database)
        elif database.is_missing("replicateSourceDb"):  # a replica stands where its source does
            yield database.finding(
                f"The database '{database.name}' must be in private subnets: set"
                " db_subnet_group_name; without it, AWS uses the default VPC."
            )


def _in_private_subnets(stack: Stack, database: Resource) -> Findings:
    tag = stack.params["publicTierTag"]
    for group in stack.references(database, "dbSubnetGroupName", SUBNET_GROUP):
        for subnet in stack.references(group, "subnetIds", aws.SUBNET):
            if is_public(subnet, tag, unknown=False) or has_internet_route(stack, subnet):
                yield database.finding(
                    f"The database '{database.name}' must be in private subnets: replace"
                    f" '{subnet.name}', which is public, in subnet_ids of '{group.name}'."
                )


@stack_rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    aws.RDS_PROXY,
    aws.SECURITY_GROUP,
    aws.SECURITY_GROUP_RULE,
    aws.SECURITY_GROUP_INGRESS_RULE,
    params={"serviceTag": "service"},
)
@classify("architecture", "architecture", "medium", "advisory")
def rds_one_owning_service(stack: Stack) -> Findings:
    """Databases and their proxies must be reachable only by the service that owns them.

    A shared database couples its services: neither can change the schema independently.
    """
    for database in stack.of_type(aws.RDS_INSTANCE, aws.RDS_CLUSTER, aws.RDS_PROXY):
        yield from group_access_findings(stack, database, "vpcSecurityGroupIds")
