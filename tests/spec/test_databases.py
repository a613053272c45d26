"""What a relational store cannot be, and what to write in its place."""

import pytest

from spec.catalogue import SpecError, load_service

SERVICE = """\
name: books
description: Keeps books.
owner: tests
tier: standard
compute: {kind: lambda}
stores:
  ledger: {kind: KIND, FIELDS}
"""
DB2 = "write license as marketplace-license"


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("aurora-mysql", "version: 8.0", "version: found 8.0"),
        ("aurora-mysql", "version: 8.0", 'write it in quotes: "8.0"'),
        ("mysql", "version: 8.4", 'write it in quotes: "8.4"'),
        ("mysql", "version: '8'", "write a major version in quotes: '8.4'"),
        ("postgresql", "version: 17", 'write it in quotes: "17"'),
        ("postgresql", "version: '17.5'", "write a major version in quotes: '17'"),
        ("sqlserver", "version: 2022", "write one of '2016', '2017', '2019' or '2022'"),
        ("postgresql", "instance_class: t4g.medium", "write an instance class, as db.t4g.medium"),
        ("mariadb", "storage_gib: 10", "write a number of at least 20"),
        ("mysql", "proxy: maybe", "write true or false"),
        (
            "aurora-postgresql",
            "min_capacity: 0, proxy: true",
            "write min_capacity as 0.5 or more, or proxy as false: a proxy keeps connections open",
        ),
        ("aurora-mysql", "pause_after_seconds: 600", "write min_capacity as 0, or remove pause"),
        (
            "aurora-mysql",
            "min_capacity: 0, pause_after_seconds: 60",
            "write a number of at least 300",
        ),
        ("aurora-mysql", "min_capacity: 5", "write max_capacity as 5 or more"),
        ("aurora-mysql", "readers: 15", "write a number of at most 14"),
        (
            "oracle",
            "edition: enterprise, license: license-included",
            "write license as bring-your-own-license, or edition as standard: RDS has no",
        ),
        ("oracle", "edition: standard", "add 'license: <"),
        ("oracle", "proxy: true, license: license-included", "found an unknown field"),
        (
            "sqlserver",
            "license: bring-your-own-license",
            "write one of 'license-included'",
        ),
        ("sqlserver", "edition: express", "write one of 'standard', 'enterprise' or 'web'"),
        ("sqlserver", "read_replicas: 1", "write edition as enterprise, or remove read_replicas"),
        (
            "oracle",
            "license: license-included, read_replicas: 1",
            "remove read_replicas, or write kind as postgresql, mysql or mariadb: RDS",
        ),
        ("db2", "edition: standard", "add 'license: <"),
        (
            "db2",
            "license: bring-your-own-license",
            f"add ibm_customer_id and ibm_site_id of your license, in quotes, or {DB2}",
        ),
        (
            "db2",
            "license: bring-your-own-license, ibm_customer_id: '1'",
            f"add ibm_site_id of your license, in quotes, or {DB2}",
        ),
        (
            "db2",
            "license: bring-your-own-license, ibm_customer_id: 1, ibm_site_id: '2'",
            'write it in quotes: "1"',
        ),
        (
            "db2",
            "license: marketplace-license, ibm_site_id: '2'",
            "remove ibm_customer_id and ibm_site_id, or write license as bring-your-own-license",
        ),
    ],
)
def test_a_database_that_rds_lacks_is_refused_with_file_line_and_remedy(
    tmp_path, kind, fields, told
):
    file = tmp_path / "books" / "service.yaml"
    file.parent.mkdir()
    file.write_text(SERVICE.replace("KIND", kind).replace("FIELDS", fields))

    with pytest.raises(SpecError) as caught:
        load_service(file)

    [fault] = caught.value.faults
    assert str(fault).startswith(f"{file}:7: stores.ledger")
    assert told in str(fault)
