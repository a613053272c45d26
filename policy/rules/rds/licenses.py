"""Rules on the licenses of RDS databases."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.rule import Findings, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN
from policy.rules.rds.tls import PARAMETER_GROUP

BYOL, MARKETPLACE = "bring-your-own-license", "marketplace-license"
IBM_IDS = ("rds.ibm_customer_id", "rds.ibm_site_id")


@stack_rule(aws.RDS_INSTANCE, PARAMETER_GROUP)
@classify("architecture", "cost", "medium", "mandatory")
def rds_db2_names_license(stack: Stack) -> Findings:
    """Db2 databases must name their license.

    Without a license model, RDS assumes a license of your own, and refuses the instance at its
    creation if the parameter group lacks the IBM customer ID and site ID.
    """
    for database in stack.of_type(aws.RDS_INSTANCE):
        model = database.get("licenseModel")
        if not str(database.get("engine")).startswith("db2-") or model in (UNKNOWN, MARKETPLACE):
            continue
        if model != BYOL:
            yield database.finding(
                f"The database '{database.name}' must name its license: set license_model to"
                f" {BYOL} or {MARKETPLACE}."
            )
            continue
        groups = stack.references(database, "parameterGroupName", PARAMETER_GROUP)
        missing = [one for one in IBM_IDS if any(_lacks(group, one) for group in groups)]
        if missing or database.is_missing("parameterGroupName"):
            yield database.finding(
                f"The database '{database.name}' must name its license: set the parameters"
                f" {' and '.join(missing or IBM_IDS)} in the parameter group of"
                " parameter_group_name."
            )


def _lacks(group: Resource, parameter: str) -> bool:
    if group.get("parameters") is UNKNOWN:
        return False
    return not any(
        str(entry.get("name")).lower() == parameter and entry.get("value")
        for entry in group.entries("parameters")
    )
