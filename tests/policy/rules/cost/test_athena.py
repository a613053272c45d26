"""What the rule on what queries cost accepts and refuses."""

from policy.rules.cost.athena import athena_scan_limit
from policy.testing import check, unknown

LIMITED = {"bytesScannedCutoffPerQuery": 10_737_418_240, "enforceWorkgroupConfiguration": True}


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
