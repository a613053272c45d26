"""Metric and subscription filters as they are declared; the telemetry process applies them."""

from __future__ import annotations

import time
from typing import Any

from moto.core.utils import unix_time_millis
from moto.logs.exceptions import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from moto.logs.models import (
    LogGroup,
    LogsBackend,
    LogStream,
    SubscriptionFilter,
    logs_backends,
)
from moto.logs.responses import LogsResponse

from localcloud.aws.logs.policy_documents import DISTRIBUTIONS
from log_patterns import MAX_GROUP_EXPRESSION_FILTERS, PatternError, parse_pattern

MAX_METRIC_FILTERS = 100
MAX_SUBSCRIPTION_FILTERS = 2

_delete_group = LogsBackend.delete_log_group
_put_subscription = LogsBackend.put_subscription_filter
_describe_group = LogGroup.to_describe_dict
_subscription_json = SubscriptionFilter.to_json


def install() -> None:
    """Replace moto's filters and the times of its streams."""
    LogsBackend.put_metric_filter = _put_metric_filter  # type: ignore[method-assign]
    LogsBackend.delete_log_group = _forget_filters  # type: ignore[method-assign]
    LogGroup.to_describe_dict = _group  # type: ignore[method-assign]
    LogStream.to_describe_dict = _stream  # type: ignore[method-assign]
    SubscriptionFilter.to_json = _subscription  # type: ignore[method-assign]
    LogGroup.put_subscription_filter = _keep_subscription  # type: ignore[method-assign]
    responses: Any = LogsResponse
    responses.put_subscription_filter = _put_subscription_filter
    responses.create_export_task = _refuse_export


def check_pattern(pattern: str) -> None:
    """Refuse a filter pattern that does not parse, as InvalidParameterException."""
    try:
        parse_pattern(pattern)
    except PatternError as error:
        raise InvalidParameterException(f"Invalid filter pattern: {error}") from error


def _put_metric_filter(
    self: Any,
    filter_name: str,
    filter_pattern: str,
    log_group_name: str,
    metric_transformations: Any,
) -> None:
    if log_group_name not in self.groups:
        raise ResourceNotFoundException
    check_pattern(filter_pattern)
    for one in metric_transformations:
        if one.get("dimensions") and one.get("defaultValue") is not None:
            text = "Invalid metric transformation: dimensions and default value are exclusive"
            raise InvalidParameterException(text)
    every: list[dict[str, Any]] = self.filters.metric_filters
    key = (log_group_name, filter_name)
    others = [one for one in every if (one["logGroupName"], one["filterName"]) != key]
    if sum(one["logGroupName"] == log_group_name for one in others) >= MAX_METRIC_FILTERS:
        raise LimitExceededException
    _check_expressions(self.groups[log_group_name], filter_pattern, others)
    made = {
        "filterName": filter_name,
        "filterPattern": filter_pattern,
        "logGroupName": log_group_name,
        "metricTransformations": metric_transformations,
        "creationTime": int(time.time() * 1000),
    }
    every[:] = [*others, made]


def _check_expressions(
    group: LogGroup, pattern: str, metric_filters: list[dict[str, Any]], subscription: str = ""
) -> None:
    """Refuse *pattern* if too many filters of *group* have regular expressions with it."""
    patterns = [
        one["filterPattern"] for one in metric_filters if one["logGroupName"] == group.name
    ] + [
        one.filter_pattern
        for name, one in group.subscription_filters.items()
        if name != subscription
    ]
    if parse_pattern(pattern).expressions:
        found = sum(bool(parse_pattern(one or "").expressions) for one in patterns)
        if found >= MAX_GROUP_EXPRESSION_FILTERS:
            raise LimitExceededException


def _forget_filters(self: Any, log_group_name: str) -> None:
    _delete_group(self, log_group_name)
    self.filters.metric_filters[:] = [
        one for one in self.filters.metric_filters if one["logGroupName"] != log_group_name
    ]


def _group(self: Any) -> dict[str, Any]:
    for stream in self.streams.values():
        stream.__dict__.setdefault("stored_bytes", 0)
    filters = logs_backends[self.account_id][self.region].filters.metric_filters
    return {
        **_describe_group(self),
        "storedBytes": getattr(self, "bulkhead_bytes", 0),
        "metricFilterCount": sum(one["logGroupName"] == self.name for one in filters),
    }


def _stream(self: Any) -> dict[str, Any]:
    first, last, ingested = getattr(self, "bulkhead_times", (None, None, None))
    times = {
        "firstEventTimestamp": first,
        "lastEventTimestamp": last,
        "lastIngestionTime": ingested,
    }
    return {
        "arn": self.arn,
        "creationTime": int(unix_time_millis(self.creation_time)),
        "logStreamName": self.log_stream_name,
        "storedBytes": 0,
        **{name: value for name, value in times.items() if value is not None},
    }


def _put_subscription_filter(self: Any) -> str:
    group, name = self._get_param("logGroupName"), self._get_param("filterName")
    pattern = self._get_param("filterPattern") or ""
    destination = self._get_param("destinationArn")
    distribution = self._get_param("distribution") or "ByLogStream"
    check_pattern(pattern)
    if distribution not in DISTRIBUTIONS:
        raise InvalidParameterException(f"distribution must be one of {', '.join(DISTRIBUTIONS)}")
    for refused in ("emitSystemFields", "fieldSelectionCriteria", "applyOnTransformedLogs"):
        if self._get_param(refused):
            raise InvalidParameterException(f"{refused} is not available in the local cloud")
    if destination.split(":")[2] not in ("lambda", "kinesis", "firehose"):
        text = "destinationArn must be that of a function, a data stream or a delivery stream"
        raise InvalidParameterException(text)
    role = self._get_param("roleArn")
    if group in self.logs_backend.groups:
        declared = self.logs_backend.filters.metric_filters
        _check_expressions(self.logs_backend.groups[group], pattern, declared, name)
    _put_subscription(self.logs_backend, group, name, pattern, destination, role)
    self.logs_backend.groups[group].subscription_filters[name].distribution = distribution
    return ""


def _keep_subscription(
    self: Any, filter_name: str, filter_pattern: str, destination_arn: str, role_arn: str
) -> None:
    known = self.subscription_filters.get(filter_name)
    if known is not None:
        known.update(filter_pattern, destination_arn, role_arn)
        return
    if len(self.subscription_filters) >= MAX_SUBSCRIPTION_FILTERS:
        raise LimitExceededException
    self.subscription_filters[filter_name] = SubscriptionFilter(
        name=filter_name,
        log_group_name=self.name,
        filter_pattern=filter_pattern,
        destination_arn=destination_arn,
        role_arn=role_arn,
    )


def _subscription(self: Any) -> dict[str, Any]:
    found = _subscription_json(self)
    return {**found, "distribution": getattr(self, "distribution", "ByLogStream")}


def _refuse_export(_self: Any) -> str:
    text = "events are archived by a subscription: declare one to a delivery stream"
    raise NotImplementedError(text)
