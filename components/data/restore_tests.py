"""Weekly test restores of AWS Backup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.data.database_subnets import make_subnet_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WEEKLY = "cron(0 6 ? * SUN *)"
ENVIRONMENT_TAG = "aws:ResourceTag/environment"
RESTORED = ("DynamoDB", "EFS", "S3")
DATABASES = ("Aurora", "RDS")
"""Types that AWS Backup would restore into the default VPC."""


@dataclass(frozen=True, kw_only=True)
class RestoreNetwork:
    """Where test restores make databases."""

    vpc_id: pulumi.Input[str]
    """VPC."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Isolated subnets in two zones or more."""


@dataclass(frozen=True, kw_only=True)
class RestoreTests:
    """Environment, vault and network of the test restores."""

    environment: str
    """Value of the tag `environment` of what was backed up."""

    vault_arn: pulumi.Input[str]
    """ARN of the vault with the backups."""

    role_arn: pulumi.Input[str]
    """ARN of the role that restores."""

    network: RestoreNetwork | None
    """Network of restored databases; None: databases are not restored."""

    tags: Mapping[str, str] | None
    """Tags in addition to the provider's default tags."""


def make_restore_tests(name: str, args: RestoreTests, opts: pulumi.ResourceOptions) -> None:
    """Define the weekly restore of the latest backup of one resource of each type."""
    # AWS Backup allows letters, digits and underscores only in these names.
    plan = aws.backup.RestoreTestingPlan(
        f"{name}-restore-tests",
        name=f"{args.environment.replace('-', '_')}_restore_tests",
        schedule_expression=WEEKLY,
        recovery_point_selection={
            "algorithm": "LATEST_WITHIN_WINDOW",
            "include_vaults": [args.vault_arn],
            "recovery_point_types": ["SNAPSHOT"],
        },
        tags=args.tags,
        opts=opts,
    )
    places: dict[str, dict[str, pulumi.Input[str]] | None] = dict.fromkeys(RESTORED)
    if args.network is not None:
        places |= dict.fromkeys(DATABASES, _place(name, args.network, args.tags, opts))
    for kind, place in places.items():
        aws.backup.RestoreTestingSelection(
            f"{name}-restores-{kind.lower()}",
            name=f"restores_{kind.lower()}",
            restore_testing_plan_name=plan.name,
            protected_resource_type=kind,
            protected_resource_arns=["*"],
            protected_resource_conditions={
                "string_equals": [{"key": ENVIRONMENT_TAG, "value": args.environment}]
            },
            restore_metadata_overrides=place,
            iam_role_arn=args.role_arn,
            opts=opts,
        )


def _place(
    name: str,
    network: RestoreNetwork,
    tags: Mapping[str, str] | None,
    opts: pulumi.ResourceOptions,
) -> dict[str, pulumi.Input[str]]:
    """Define subnets and a security group without rules; return them as restore metadata."""
    subnets = make_subnet_group(f"{name}-restores", network.subnet_ids, opts, tags)
    group = aws.ec2.SecurityGroup(
        f"{name}-restores-group",
        vpc_id=network.vpc_id,
        description="Databases of test restores, without ingress",
        tags=tags,
        opts=opts,
    )
    return {
        "dbSubnetGroupName": subnets.name,
        "vpcSecurityGroupIds": pulumi.Output.json_dumps([group.id]),
    }
