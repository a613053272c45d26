"""Saved queries of Logs Insights over the log groups of a service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import InvalidArgError, as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_GROUPS = 50
"""Log groups that a query may read."""

FAILED = 'filter level in ["ERROR", "CRITICAL"] or status >= 500'
LATEST_ERRORS = f"""\
fields @timestamp, service, level, message, status, correlation_id, trace_id
| {FAILED}
| sort @timestamp desc
| limit 50"""
"""Lines of the latest errors, the newest first."""

QUERIES: Mapping[str, str] = {
    "latest-errors": LATEST_ERRORS,
    "errors-by-code": f"""\
{FAILED}
| stats count(*) as lines, latest(@timestamp) as last by status, level, message
| sort lines desc
| limit 50""",
    "slowest-requests": """\
fields @timestamp, service, method, path, status, correlation_id, trace_id
| fields coalesce(milliseconds, @duration, record.metrics.durationMs) as took
| filter ispresent(took)
| sort took desc
| limit 20""",
    "one-request": """\
fields @timestamp, service, level, message, trace_id, correlation_id
| filter correlation_id like /.+/ # write the correlation ID in place of .+
| sort @timestamp asc
| limit 1000""",
    "one-trace": """\
fields @timestamp, service, level, message, span_id, trace_id
| filter trace_id like /.+/ # write the trace ID in place of .+
| sort @timestamp asc
| limit 1000""",
}
"""Queries by the last part of their names."""


def latest_errors(groups: Sequence[str]) -> str:
    """Return the query of a dashboard over *groups*."""
    return " | ".join([*(f"SOURCE '{group}'" for group in groups), LATEST_ERRORS])


@dataclass(frozen=True, kw_only=True)
class SavedQueriesArgs:
    """Names and log groups of the queries."""

    prefix: str
    """Begin of their names; `/` makes folders in CloudWatch's console."""

    log_groups: Sequence[pulumi.Input[str]]
    """Names of the log groups that they read."""

    def __post_init__(self) -> None:
        """Reject what CloudWatch does not query."""
        if not 1 <= len(self.log_groups) <= MAX_GROUPS:
            want = f"name 1 to {MAX_GROUPS}"
            raise InvalidArgError("log_groups", f"{len(self.log_groups)} log groups", want)


class SavedQueries(pulumi.ComponentResource):
    """Queries for errors, slow requests, one request and one trace."""

    names: list[str]

    def __init__(
        self, name: str, args: SavedQueriesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the queries *name*."""
        super().__init__("bulkhead:observability:SavedQueries", name, as_inputs(args), opts)

        for query, text in QUERIES.items():
            aws.cloudwatch.QueryDefinition(
                f"{name}-{query}",
                name=f"{args.prefix}/{query}",
                query_string=text,
                log_group_names=list(args.log_groups),
                opts=pulumi.ResourceOptions(parent=self),
            )

        self.names = [f"{args.prefix}/{query}" for query in QUERIES]
        self.register_outputs({"names": self.names})
