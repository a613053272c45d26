"""Rules on logins to relational databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.remedy import inputs
from policy.engine.rule import Level, Severity, rule
from policy.engine.values import is_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

RDS_CLUSTER = "aws:rds/cluster:Cluster"
RDS_INSTANCE = "aws:rds/instance:Instance"
PASSWORDS = {
    "password": "password",
    "passwordWo": "password_wo",
    "masterPassword": "master_password",
    "masterPasswordWo": "master_password_wo",
}


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="A login by role needs no password that could be stolen.",
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
    remediate=lambda found: inputs(found, {"iamDatabaseAuthenticationEnabled": True}),
)
def rds_iam_authentication(database: Resource) -> Iterator[str]:
    """Databases must accept logins by role."""
    engine = database.get("engine")
    if engine not in database.params["engines"]:
        return
    if is_off(database.get("iamDatabaseAuthenticationEnabled")):
        yield (
            f"The database '{database.name}' must accept logins by role: set"
            " iam_database_authentication_enabled=True."
        )


@rule(
    RDS_INSTANCE,
    RDS_CLUSTER,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A password in a program is in its state, in its history and in every checkout.",
)
def rds_password_managed(database: Resource) -> Iterator[str]:
    """Databases must leave the password of their administrator to AWS."""
    given = [argument for path, argument in PASSWORDS.items() if not database.is_missing(path)]
    if given:
        argument = "manage_master_user_password"
        yield (
            f"The database '{database.name}' must leave its password to AWS: remove"
            f" {', '.join(given)} and set {argument}=True."
        )
