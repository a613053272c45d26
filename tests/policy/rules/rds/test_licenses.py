"""Tests of policy.rules.rds.licenses."""

import pytest

from policy.rules.rds.licenses import rds_db2_names_license
from policy.testing import messages, resource, stack, unknown

INSTANCE = "aws:rds/instance:Instance"
GROUP = "aws:rds/parameterGroup:ParameterGroup"
IDS = {"rds.ibm_customer_id": "1", "RDS.IBM_SITE_ID": "2"}


def db2(model, parameters=None, *, joined=True, engine="db2-se"):
    listed = [{"name": name, "value": value} for name, value in (parameters or {}).items()]
    group = resource(
        GROUP,
        "ids",
        {"family": "db2-se-11.5", "parameters": unknown if parameters is unknown else listed},
    )
    named = {"parameterGroupName": unknown} if joined else {}
    database = resource(
        INSTANCE,
        "plans",
        {"engine": engine, "instanceClass": "db.m6i.large", "licenseModel": model} | named,
    )
    joins = {"plans": {"parameterGroupName": [group]}} if joined else None
    return stack(database, group, property_dependencies=joins)


@pytest.mark.parametrize(
    "kept",
    [
        db2("marketplace-license", joined=False),
        db2("bring-your-own-license", IDS),
        db2("bring-your-own-license", unknown),
        db2(unknown, joined=False),
        db2(None, joined=False, engine="mysql"),
        db2(None, joined=False, engine=unknown),
    ],
)
def test_rds_db2_names_license_accepts(kept):
    assert messages(rds_db2_names_license, kept) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (db2(None), "set license_model to bring-your-own-license or marketplace-license"),
        (db2("license-included"), "set license_model to bring-your-own-license or"),
        (db2("bring-your-own-license", {"rds.ibm_site_id": "2"}), "parameters rds.ibm_customer_id"),
        (db2("bring-your-own-license", joined=False), "rds.ibm_customer_id and rds.ibm_site_id in"),
    ],
)
def test_rds_db2_names_license_refuses(broken, told):
    [said] = messages(rds_db2_names_license, broken)

    assert "'plans' must name its license" in said
    assert told in said
