"""Price lists: CSV files in the bucket `uploads` below `in/`; columns sku, name, price_cents.

Each line becomes an item. Invalid lines are reported below `reports/`, with the number of items:
`in/spring.csv` gives `reports/spring.csv.json`. A file that is not such a list goes to the dead
letters with the reason. Loading a list again gives the same items.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import logging
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from kit import settings
from kit.changes import InvalidObjectError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kit.changes import ObjectChange

logger = logging.getLogger(__name__)

COLUMNS = ["sku", "name", "price_cents"]
FOLDER, REPORTS = "in/", "reports/"
MAX_BYTES = 1024 * 1024
MAX_REPORTED = 1000


@functools.cache
def bucket() -> Any:
    """Return the bucket of uploads; one client for all invocations of a process."""
    config = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 3})
    return boto3.resource("s3", config=config).Bucket(settings.text("UPLOADS_BUCKET"))


def load(change: ObjectChange, save: Callable[[dict[str, str]], str]) -> None:
    """Save the items of a list; *save* returns why a line is invalid. Raises InvalidObjectError.

    The object's present content counts: messages about it may arrive twice, or out of order.
    """
    client = bucket().meta.client
    try:
        found = client.get_object(Bucket=bucket().name, Key=change.key)
    except client.exceptions.NoSuchKey:
        logger.info("the price list is gone", extra={"key": change.key})
        return
    if found["ContentLength"] > MAX_BYTES:
        raise InvalidObjectError(
            f"{change.key} has {found['ContentLength']} bytes; {MAX_BYTES} are allowed"
        )
    saved = 0
    bad: list[dict[str, str | int]] = []
    for number, line in _lines(change.key, found["Body"].read()):
        reason = save(line) if set(line) == set(COLUMNS) else "write three columns"
        if reason:
            bad.append({"line": number, "reason": reason})
        else:
            saved += 1
    report = {"saved": saved, "refused": len(bad), "lines": bad[:MAX_REPORTED]}
    key = f"{REPORTS}{change.key.removeprefix(FOLDER)}.json"
    bucket().put_object(Key=key, Body=json.dumps(report).encode(), ContentType="application/json")
    logger.info("price list loaded", extra={"key": change.key, "saved": saved, "refused": len(bad)})


def _lines(key: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line with its number in the file."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        if rows.fieldnames is None or sorted(rows.fieldnames) != sorted(COLUMNS):
            raise InvalidObjectError(f"{key} must begin with the line {','.join(COLUMNS)}")
        for row in rows:
            yield rows.line_num, {str(name): str(value) for name, value in row.items() if value}
    except UnicodeDecodeError as error:
        raise InvalidObjectError(f"{key} is not UTF-8 text: {error}") from error
    except csv.Error as error:
        raise InvalidObjectError(f"{key} is not CSV: {error}") from error
