from __future__ import annotations

import pytest

from localcloud.aws.rds.engines import ENGINES, FAMILY, family_of
from localcloud.aws.rds.resources.instance_checks import check

ENOUGH = {"allocatedStorage": 20, "username": "master"}
REPLICA = {"replicateSourceDb": "source"}


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"engine": "oracle-ee", "licenseModel": "license-included"}, {"licenseModel"}),
        ({"engine": "oracle-se2", "licenseModel": "license-included"}, set()),
        ({"engine": "postgres", "licenseModel": "general-public-license"}, {"licenseModel"}),
        ({"engine": "db2-se", "licenseModel": "marketplace-license"}, set()),
        ({"engine": "sqlserver-se", "dbName": "orders"}, {"dbName"}),
        ({"engine": "oracle-se2", "dbName": "ORDERS_12"}, {"dbName"}),
        ({"engine": "mysql", "dbName": "orders_of_the_shop"}, set()),
        ({}, {"engine"}),
        ({**REPLICA}, set()),
        ({**REPLICA, "password": "not-its-own", "dbName": "d"}, {"dbName", "password", "username"}),
    ],
)
def test_what_rds_does_not_offer_for_an_engine_is_refused(inputs, named):
    given = {**({} if inputs == REPLICA else ENOUGH), **inputs}

    assert {failure.property for failure in check(given)} == named


@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [
        ("postgres", "17.6", "postgres17"),
        ("aurora-postgresql", "16", "aurora-postgresql16"),
        ("mysql", "8.4.7", "mysql8.4"),
        ("aurora-mysql", "8.0.mysql_aurora.3.10.1", "aurora-mysql8.0"),
        ("mariadb", "11.8.5", "mariadb11.8"),
        ("sqlserver-se", "16.00.4215.2.v1", "sqlserver-se-16.0"),
        ("oracle-se2-cdb", "19.0.0.0.ru-2025-10.rur-2025-10.r1", "oracle-se2-cdb-19"),
        ("db2-ae", "11.5.9.0.sb00063198.r1", "db2-ae-11.5"),
    ],
)
def test_an_engine_version_has_a_parameter_group_family(engine, version, family):
    assert family_of(engine, version) == family
    assert FAMILY.fullmatch(family)


def test_every_default_version_has_a_family_and_a_misspelt_one_is_none():
    assert all(FAMILY.fullmatch(family_of(name, one.version)) for name, one in ENGINES.items())
    assert not FAMILY.fullmatch("postgresql17")
    assert not FAMILY.fullmatch("mysql8")
