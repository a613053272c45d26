"""Rules on logs and metrics of RDS databases."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.rule import Findings, Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list, is_not_true, is_true, number
from policy.rules.rds.engines import engine_parts

WITHOUT_INSIGHTS = ("db2-",)
"""Engines that RDS offers no Performance Insights for."""


@rule(
    aws.RDS_INSTANCE,
    aws.RDS_CLUSTER,
    params={
        "required": {
            "aurora-mysql": ["audit"],
            "aurora-postgresql": ["postgresql"],
            "postgres": ["postgresql"],
        }
    },
)
@classify("audit", "observability", "medium", "mandatory")
def rds_logs_exported(database: Resource) -> Findings:
    """Databases must export their logs to CloudWatch.

    Database logs are needed to investigate slow queries and unauthorised access.

    References: FSBP RDS.9 (rds/instance), FSBP RDS.34 (cluster-aurora-mysql),
    FSBP RDS.36 (instance-postgres), FSBP RDS.37 (cluster-aurora-postgresql),
    FSBP RDS.40 (instance-sqlserver), FSBP RDS.42 (instance-mariadb), Config rds-logging-enabled,
    Config rds-aurora-mysql-audit-logging-enabled, Config rds-aurora-postgresql-logs-to-cloudwatch,
    Checkov CKV_AWS_129, Checkov CKV_AWS_324, cdk-nag AwsSolutions-RDS16
    """
    exports, engine = database.get("enabledCloudwatchLogsExports"), database.get("engine")
    found = as_list(exports)
    if exports is UNKNOWN or UNKNOWN in found:
        return
    required = database.params["required"]
    wanted = as_list(required.get(engine)) if isinstance(engine, str) else []
    lacking = [one for one in wanted if one not in found]
    if lacking or not found:
        entries = ", ".join(f'"{one}"' for one in lacking) or "the logs of its engine"
        yield database.finding(
            f"The database '{database.name}' must export its logs to CloudWatch: add {entries} to"
            " enabled_cloudwatch_logs_exports.",
            *engine_parts(database, engine),
        )


@rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER_INSTANCE)
@classify("audit", "observability", "low", "advisory")
def rds_enhanced_monitoring(database: Resource) -> Messages:
    """Database instances must have Enhanced Monitoring.

    CloudWatch metrics come from the hypervisor; Enhanced Monitoring shows processes and memory
    inside the instance.

    References: FSBP RDS.6, Config rds-enhanced-monitoring-enabled, Checkov CKV_AWS_118
    """
    interval = database.get("monitoringInterval")
    if interval is not UNKNOWN and (number(interval) or 0) <= 0:
        yield (
            f"The database instance '{database.name}' must have Enhanced Monitoring: set"
            " monitoring_interval to 60 or less, and monitoring_role_arn."
        )


@rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER_INSTANCE)
@classify("audit", "observability", "low", "advisory")
def rds_performance_insights(database: Resource) -> Messages:
    """Database instances must have Performance Insights enabled.

    Performance Insights shows which SQL statements caused the load, also after the fact.

    References: Checkov CKV_AWS_353
    """
    enabled, engine = database.get("performanceInsightsEnabled"), database.get("engine")
    if str(engine).startswith(WITHOUT_INSIGHTS):
        return
    if is_not_true(enabled):
        yield (
            f"The RDS instance '{database.name}' must have Performance Insights enabled: set"
            " performance_insights_enabled=True."
        )


@rule(aws.RDS_INSTANCE, aws.RDS_CLUSTER_INSTANCE)
@classify("audit", "observability", "low", "advisory", when="sensitive")
def rds_performance_insights_own_key(database: Resource) -> Messages:
    """Databases must encrypt Performance Insights with a customer managed key.

    Recorded SQL can contain data; a customer managed key's policy controls who can decrypt it.

    References: Checkov CKV_AWS_354
    """
    recorded = is_true(database.get("performanceInsightsEnabled"))
    if recorded and not is_customer_managed_key(database.get("performanceInsightsKmsKeyId")):
        yield (
            f"The database instance '{database.name}' must encrypt Performance Insights with a"
            " customer managed key: set performance_insights_kms_key_id."
        )
