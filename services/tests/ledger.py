"""Injects an error into the orders service: its ledger lacks a table."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Generator

    from shop import Shop


@contextlib.contextmanager
def without_outbox(shop: Shop) -> Generator[None]:
    """Take away the outbox during the block, so that every order fails with status 500."""
    _run(shop, "ALTER TABLE outbox RENAME TO outbox_away")
    try:
        yield
    finally:
        _run(shop, "ALTER TABLE outbox_away RENAME TO outbox")


def _run(shop: Shop, statement: str) -> None:
    secrets = shop.aws("secretsmanager")
    names = [one["ARN"] for one in secrets.list_secrets()["SecretList"]]
    [arn] = [one for one in names if "orders-ledger-user" in one]
    user = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    about = {"host": user["host"], "port": user["port"], "dbname": user["dbname"]}
    with psycopg.connect(user=user["username"], password=user["password"], **about) as ledger:
        ledger.execute(statement)
