"""Connections to the local databases, one function per engine."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import psycopg
import pymysql
import pytest

from localcloud.engines.catalog import ENGINES
from localcloud.engines.install import InstallError, install

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = (psycopg.OperationalError, pymysql.OperationalError)


def postgresql(
    port: int, password: str, statement: str = "SELECT 1", user: str = "master"
) -> object:
    with psycopg.connect(
        host="127.0.0.1", port=port, dbname="orders", user=user, password=password,
        connect_timeout=5, autocommit=True,
    ) as connection:  # fmt: skip
        cursor = connection.execute(statement.encode())
        return cursor.fetchone() if cursor.description else None


def mariadb(port: int, password: str, statement: str = "SELECT 1", user: str = "master") -> object:
    with pymysql.connect(
        host="127.0.0.1", port=port, database="orders", user=user, password=password,
        connect_timeout=5, autocommit=True,
    ) as connection:  # fmt: skip
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchone()


CLIENTS: dict[str, Callable[..., object]] = {
    "postgres": postgresql,
    "aurora-postgresql": postgresql,
    "mysql": mariadb,
    "mariadb": mariadb,
    "aurora-mysql": mariadb,
}


def install_mariadb() -> None:
    """Install MariaDB where that is possible; skip the test otherwise."""
    with contextlib.suppress(InstallError):
        if ENGINES["mariadb"].find() is None:
            install("mariadb")
    if ENGINES["mariadb"].find() is None:
        pytest.skip(f"MariaDB is not installed: {ENGINES['mariadb'].how_to_get}")
