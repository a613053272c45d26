"""Rules on DynamoDB tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine import resource_types as aws
from policy.engine.backup_plans import SELECTION, findings_outside_plans
from policy.engine.keys import is_customer_managed_key
from policy.engine.owners import POLICY, actions_of, using_role_findings
from policy.engine.remediation import changed_inputs
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_not_true, is_true

if TYPE_CHECKING:
    from policy.engine.iam import Statement

TABLE_REPLICA = "aws:dynamodb/tableReplica:TableReplica"


def _restorable(table: Resource) -> dict[str, Any]:
    if table.type != aws.DYNAMODB_TABLE:
        return {"pointInTimeRecovery": True}
    return changed_inputs(table, {"pointInTimeRecovery.enabled": True})


@rule(aws.DYNAMODB_TABLE, TABLE_REPLICA, remediate=_restorable)
@classify("reliability", "resilience", "medium", "mandatory")
def dynamodb_point_in_time_recovery(table: Resource) -> Messages:
    """Tables must have point-in-time recovery.

    Point-in-time recovery restores a table to any second before an accidental write or delete.

    References: FSBP DynamoDB.2, Config dynamodb-pitr-enabled, Checkov CKV_AWS_28,
    cdk-nag AwsSolutions-DDB3
    Remediation: Set point_in_time_recovery.enabled to True.
    """
    path = (
        "pointInTimeRecovery.enabled" if table.type == aws.DYNAMODB_TABLE else "pointInTimeRecovery"
    )
    enabled = table.get(path)
    if enabled is not UNKNOWN and not is_true(enabled):
        yield (
            f"The table '{table.name}' must have point-in-time recovery: set"
            " point_in_time_recovery.enabled=True."
        )


@stack_rule(aws.DYNAMODB_TABLE, aws.APPAUTOSCALING_TARGET)
@classify("reliability", "resilience", "medium", "mandatory")
def dynamodb_capacity_scales(stack: Stack) -> Findings:
    """Tables must scale with their load.

    A table with fixed capacity throttles requests when load exceeds it.

    References: FSBP DynamoDB.1, Config dynamodb-autoscaling-enabled, Checkov CKV2_AWS_16
    """
    for table in stack.of_type(aws.DYNAMODB_TABLE):
        if table.get("billingMode") in ("PAY_PER_REQUEST", UNKNOWN):
            continue
        named = f"table/{table.get('name')}"
        targets = [one for one in stack.of_type(aws.APPAUTOSCALING_TARGET) if _is_for_tables(one)]
        if any(one.get("resourceId") == named for one in targets):
            continue
        if stack.has_no_referrer(
            table, "resourceId", aws.APPAUTOSCALING_TARGET, where=_is_for_tables
        ):
            yield table.finding(
                f"The table '{table.name}' must scale with its load: set billing_mode to"
                ' "PAY_PER_REQUEST", or add an appautoscaling Target for it.'
            )


def _is_for_tables(target: Resource) -> bool:
    return target.get("serviceNamespace") in ("dynamodb", UNKNOWN)


@require_value(aws.DYNAMODB_TABLE, TABLE_REPLICA, path="deletionProtectionEnabled", remediates=True)
@classify("reliability", "resilience", "medium", "advisory", when="production")
def dynamodb_deletion_protection() -> None:
    """Tables must be protected against deletion.

    A table deleted by mistake can only be restored from a backup, which takes hours and loses
    recent writes.

    References: FSBP DynamoDB.6, Config dynamodb-table-deletion-protection-enabled
    """


@stack_rule(aws.DYNAMODB_TABLE, SELECTION)
@classify("reliability", "resilience", "medium", "advisory")
def dynamodb_in_backup_plan(stack: Stack) -> Findings:
    """Tables must be in a backup plan.

    A table's own backups are lost with the account. A backup plan can copy them to another account.

    References: Security Hub DynamoDB.4, Config dynamodb-in-backup-plan
    """
    yield from findings_outside_plans(stack, "table", stack.of_type(aws.DYNAMODB_TABLE))


@stack_rule(
    aws.DYNAMODB_TABLE,
    aws.IAM_ROLE,
    aws.IAM_ROLE_POLICY,
    POLICY,
    aws.IAM_ROLE_POLICY_ATTACHMENT,
    params={
        "streamActions": [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ],
        "serviceTag": "service",
    },
)
@classify("architecture", "architecture", "medium", "advisory")
def dynamodb_one_owning_service(stack: Stack) -> Findings:
    """Tables must be used only by the service that owns them.

    A shared table couples its services: neither can change the schema independently.
    """
    streams = {one.lower() for one in stack.params["streamActions"]}

    def uses(statement: Statement) -> bool:
        return any(one.lower() not in streams for one in actions_of(statement, "dynamodb"))

    yield from using_role_findings(stack, stack.of_type(aws.DYNAMODB_TABLE), uses)


@rule(aws.DYNAMODB_TABLE, TABLE_REPLICA)
@classify("security", "data", "low", "advisory", when="sensitive")
def dynamodb_own_key(table: Resource) -> Messages:
    """Tables with sensitive data must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the data, and access can be revoked.

    References: Config dynamodb-table-encrypted-kms, Checkov CKV_AWS_119, Checkov CKV_AWS_271
    """
    if table.type == TABLE_REPLICA:
        if not is_customer_managed_key(table.get("kmsKeyArn")):
            yield f"The replica '{table.name}' must have a customer managed key: set kms_key_arn."
        return
    encryption = "serverSideEncryption"
    if is_not_true(table.get(f"{encryption}.enabled")) or not is_customer_managed_key(
        table.get(f"{encryption}.kmsKeyArn")
    ):
        yield (
            f"The table '{table.name}' must be encrypted with a customer managed key: set"
            " server_side_encryption with enabled=True and kms_key_arn."
        )
    if not all(is_customer_managed_key(one.get("kmsKeyArn")) for one in table.entries("replicas")):
        yield (
            f"Each replica of the table '{table.name}' must have a customer managed key: set"
            " replicas.kms_key_arn."
        )
