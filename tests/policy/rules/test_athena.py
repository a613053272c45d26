"""Tests of policy.rules.athena."""

from policy.rules.athena import (
    athena_metrics_on,
    athena_results_encrypted,
    athena_scan_limit,
    athena_settings_enforced,
)
from policy.testing import check, resource, unknown

LIMITED = {"bytesScannedCutoffPerQuery": 10_737_418_240, "enforceWorkgroupConfiguration": True}
WORKGROUP = "aws:athena/workgroup:Workgroup"
RESULTS = {"outputLocation": "s3://results/", "encryptionConfiguration": {"encryptionOption": "a"}}


def test_athena_scan_limit():
    spark = {"engineVersion": {"selectedEngineVersion": "PySpark engine version 3"}}
    sql = {"engineVersion": {"selectedEngineVersion": "Athena engine version 3"}}
    check(
        athena_scan_limit,
        "aws:athena/workgroup:Workgroup",
        {"name": "lake", "configuration": LIMITED},
        kept=[
            {"configuration": {"bytesScannedCutoffPerQuery": unknown}},
            {"configuration": spark},
        ],
        broken=[
            {"configuration": None},
            {"configuration": {"enforceWorkgroupConfiguration": True}},
            {"configuration": sql},
        ],
        unknown_at=["configuration"],
    )


def test_athena_results_encrypted():
    managed = {"configuration": {"managedQueryResultsConfiguration": {"enabled": True}}}
    check(
        athena_results_encrypted,
        WORKGROUP,
        {"name": "analysts", "configuration": {"resultConfiguration": RESULTS}},
        kept=[managed],
        broken=[
            {"configuration": None},
            {"configuration": {"resultConfiguration": {"outputLocation": "s3://results/"}}},
        ],
        unknown_at=["configuration"],
    )


def test_athena_settings_enforced():
    lax = {"configuration": {"enforceWorkgroupConfiguration": False}}
    check(
        athena_settings_enforced,
        WORKGROUP,
        {"name": "analysts", "configuration": {"enforceWorkgroupConfiguration": True}},
        kept=[{"configuration": {"resultConfiguration": RESULTS}}],
        broken=[lax],
        unknown_at=["configuration"],
    )


def test_athena_metrics_on():
    results = {"outputLocation": "s3://shop-results/"}
    off = {"publishCloudwatchMetricsEnabled": False, "resultConfiguration": results}
    check(
        athena_metrics_on,
        WORKGROUP,
        {"name": "reports", "configuration": off | {"publishCloudwatchMetricsEnabled": True}},
        kept=[
            {"configuration": None},
            {"configuration": {"resultConfiguration": results}},
            {"configuration": {"publishCloudwatchMetricsEnabled": unknown}},
        ],
        broken=[
            {"configuration": off},
            {"configuration": {"publishCloudwatchMetricsEnabled": "false"}},
        ],
        unknown_at=["configuration"],
    )
    assert athena_metrics_on.remediate(resource(WORKGROUP, "reports", {"configuration": off})) == {
        "configuration": off | {"publishCloudwatchMetricsEnabled": True}
    }
