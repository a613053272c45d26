"""Publishes the age of the current value of each secret as a metric."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "Bulkhead/Secrets"
METRIC = "AgeDays"
CURRENT = "AWSCURRENT"
DAY = dt.timedelta(days=1)

log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Publish the age of each of `secrets`, which are ARNs."""
    import boto3  # noqa: PLC0415 - alarms import the metric's name, and no SDK

    now = dt.datetime.now(dt.UTC)
    data: list[dict[str, Any]] = []
    for arn in event["secrets"]:
        created = created_at(boto3.client("secretsmanager"), arn)  # pyright: ignore[reportUnknownMemberType]
        if created is None:
            log.warning("the secret %s has no value", arn)
            continue
        dimensions = [{"Name": "SecretId", "Value": arn}]
        data.append(
            {"MetricName": METRIC, "Dimensions": dimensions, "Value": (now - created) / DAY}
        )
    if data:
        metrics = boto3.client("cloudwatch")  # pyright: ignore[reportUnknownMemberType]
        metrics.put_metric_data(Namespace=NAMESPACE, MetricData=data)  # pyright: ignore[reportArgumentType]


def created_at(secrets: Any, arn: str) -> dt.datetime | None:
    """Return when the current value of a secret was written; None if it has none.

    `LastChangedDate` of a secret would change with its tags, too.
    """
    current = (
        version["CreatedDate"]
        for version in secrets.list_secret_version_ids(SecretId=arn)["Versions"]
        if CURRENT in version.get("VersionStages", ())
    )
    return next(current, None)
