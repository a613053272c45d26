"""Metric filters, subscription filters, saved queries and resource policies of log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    each,
)
from log_patterns import PatternError, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

NAME = Limit(min_length=1, max_length=512, pattern=r"[^:*]+")


def check_pattern(key: str) -> Callable[[Properties], Iterator[CheckFailure]]:
    """Return a check of the filter pattern in the input *key*."""

    def check(inputs: Properties) -> Iterator[CheckFailure]:
        text = inputs.get(key)
        if isinstance(text, str):
            try:
                parse_pattern(text)
            except PatternError as error:
                yield CheckFailure(key, f"is not a filter pattern: {error}")

    return check


def check_metric_filter(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the pattern and the transformation."""
    yield from check_pattern("pattern")(inputs)
    made = inputs.get("metricTransformation")
    if isinstance(made, dict) and made.get("dimensions") and made.get("defaultValue") is not None:
        text = "excludes dimensions: leave one of them out"
        yield CheckFailure("metricTransformation.defaultValue", text)


def put_metric_filter(context: Context) -> str:
    """Create or change the filter."""
    made = context.inputs["metricTransformation"]
    default = made.get("defaultValue")
    context.call(
        "PutMetricFilter",
        logGroupName=context.inputs["logGroupName"],
        filterName=context.inputs["name"],
        filterPattern=context.inputs["pattern"],
        metricTransformations=[
            {
                "metricName": made["name"],
                "metricNamespace": made["namespace"],
                "metricValue": made["value"],
                **({} if default in (None, "") else {"defaultValue": float(default)}),
                **({"dimensions": made["dimensions"]} if made.get("dimensions") else {}),
                **({"unit": made["unit"]} if made.get("unit") else {}),
            }
        ],
    )
    return context.inputs["name"]


def read_metric_filter(context: Context) -> Properties | None:
    """Return the filter under the names of the SDK."""
    found = context.call(
        "DescribeMetricFilters",
        logGroupName=context.get("logGroupName"),
        filterNamePrefix=context.id,
    )["metricFilters"]
    for one in found:
        if one["filterName"] == context.id:
            made = one["metricTransformations"][0]
            default = made.get("defaultValue")
            return {
                "name": context.id,
                "logGroupName": one["logGroupName"],
                "pattern": one["filterPattern"],
                "metricTransformation": {
                    "name": made["metricName"],
                    "namespace": made["metricNamespace"],
                    "value": made["metricValue"],
                    **({} if default is None else {"defaultValue": f"{default:g}"}),
                    **({"dimensions": made["dimensions"]} if made.get("dimensions") else {}),
                    "unit": made.get("unit") or "None",
                },
            }
    return None


def put_subscription(context: Context) -> str:
    """Create or change the filter."""
    inputs = context.inputs
    context.call(
        "PutSubscriptionFilter",
        logGroupName=inputs["logGroup"],
        filterName=inputs["name"],
        filterPattern=inputs.get("filterPattern") or "",
        destinationArn=inputs["destinationArn"],
        **({"roleArn": inputs["roleArn"]} if inputs.get("roleArn") else {}),
        distribution=inputs.get("distribution") or "ByLogStream",
    )
    return f"{inputs['logGroup']}|{inputs['name']}"


def read_subscription(context: Context) -> Properties | None:
    """Return the filter under the names of the SDK."""
    group, _, name = context.id.partition("|")
    found = context.call("DescribeSubscriptionFilters", logGroupName=group)["subscriptionFilters"]
    return next(
        (
            {**one, "logGroup": group, "name": name}
            for one in found
            if one["filterName"] == name
        ),
        None,
    )  # fmt: skip


def delete_subscription(context: Context) -> None:
    """Delete the filter."""
    group, _, name = context.id.partition("|")
    context.call("DeleteSubscriptionFilter", logGroupName=group, filterName=name)


def put_query(context: Context) -> str:
    """Save the query; a change keeps its id."""
    known = {"queryDefinitionId": context.id} if context.id else {}
    groups = context.inputs.get("logGroupNames")
    return context.call(
        "PutQueryDefinition",
        name=context.inputs["name"],
        queryString=context.inputs["queryString"],
        **({"logGroupNames": groups} if groups else {}),
        **known,
    )["queryDefinitionId"]


def read_query(context: Context) -> Properties | None:
    """Return the saved query."""
    found = context.call("DescribeQueryDefinitions")["queryDefinitions"]
    return next((one for one in found if one["queryDefinitionId"] == context.id), None)


def read_policy(context: Context) -> Properties | None:
    """Return the resource policy."""
    found = context.call("DescribeResourcePolicies")["resourcePolicies"]
    return next((one for one in found if one["policyName"] == context.id), None)


def _ids(first: str, separator: str) -> Callable[[str], Properties]:
    def from_id(id_: str) -> Properties:
        group, _, name = id_.rpartition(separator)
        return {first: group, "name": name, "id": name if separator == ":" else id_}

    return from_id


FILTER_ROWS = (
    Row(
        type="aws:cloudwatch/logMetricFilter:LogMetricFilter",
        service="logs",
        inputs={
            **each(UPDATE, "metricTransformation pattern"),
            **each(REPLACE, "logGroupName region"),
            "name": Input(REPLACE, limit=NAME),
            "metricTransformation.unit": Input(UPDATE, default="None"),
            "applyOnTransformedLogs": Input(UPDATE, supported=False),
        },
        name=Naming(max_length=512),
        create=put_metric_filter,
        read=read_metric_filter,
        update=put_metric_filter,
        delete=Op(
            name="DeleteMetricFilter", keys={"logGroupName": "logGroupName", "filterName": "id"}
        ),
        from_id=_ids("logGroupName", ":"),
        check=check_metric_filter,
    ),
    Row(
        type="aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        service="logs",
        inputs={
            **each(UPDATE, "filterPattern roleArn"),
            "distribution": Input(
                UPDATE, default="ByLogStream", limit=Limit(one_of=("Random", "ByLogStream"))
            ),
            "destinationArn": Input(REPLACE),
            **each(REPLACE, "logGroup region"),
            "name": Input(REPLACE, limit=NAME),
            "emitSystemFields": Input(UPDATE, supported=False),
            "applyOnTransformedLogs": Input(UPDATE, supported=False),
        },
        name=Naming(max_length=512),
        create=put_subscription,
        read=read_subscription,
        update=put_subscription,
        delete=delete_subscription,
        from_id=_ids("logGroup", "|"),
        check=check_pattern("filterPattern"),
    ),
    Row(
        type="aws:cloudwatch/queryDefinition:QueryDefinition",
        service="logs",
        inputs={
            **each(UPDATE, "logGroupNames name queryString"),
            **each(REPLACE, "region"),
        },
        create=put_query,
        read=read_query,
        update=put_query,
        delete=Op(name="DeleteQueryDefinition", keys={"queryDefinitionId": "id"}),
    ),
    Row(
        type="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        service="logs",
        inputs={
            **each(UPDATE, "policyDocument"),
            **each(REPLACE, "policyName region"),
            "resourceArn": Input(REPLACE, supported=False),
        },
        create=Op(name="PutResourcePolicy"),
        id="=policyName",
        read=read_policy,
        update=Op(name="PutResourcePolicy", keys={"policyName": "id"}),
        delete=Op(name="DeleteResourcePolicy", keys={"policyName": "id"}),
        from_id=lambda id_: {"policyName": id_},
    ),
)
