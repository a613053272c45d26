"""Metrics of log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.metrics.catalogue.row import When, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.telemetry.metrics.catalogue.row import CataloguedMetric


def table() -> Iterator[CataloguedMetric]:
    """Yield the rows."""
    group = (("LogGroupName",),)
    yield from rows(
        "AWS/Logs",
        group,
        "Count",
        When.NONZERO,
        "IncomingLogEvents EMFParsingErrors EMFValidationErrors",
    )
    yield from rows("AWS/Logs", group, "Bytes", When.NONZERO, "IncomingBytes")
    hose, delivery = "AWS/Firehose", (("DeliveryStreamName",),)
    yield from rows(
        hose,
        delivery,
        "Count",
        When.EVENT,
        "IncomingRecords DeliveryToS3.Records DeliveryToS3.Success"
        " OutputDecompressedRecords.Failed",
    )
    yield from rows(hose, delivery, "Bytes", When.EVENT, "IncomingBytes DeliveryToS3.Bytes")
    yield from rows(hose, delivery, "Seconds", When.ACTIVE, "DeliveryToS3.DataFreshness")
