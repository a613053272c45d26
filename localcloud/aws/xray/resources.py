"""X-Ray: Transaction Search, sampling rules and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Op,
    Row,
    Tagging,
    each,
)
from localcloud.telemetry.traces.filters import FilterError, predicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TAGS = Tagging(
    tag="TagResource",
    untag="UntagResource",
    read="ListTagsForResource",
    keys={"ResourceARN": "arn"},
)
MEMBERS = {
    "fixedRate": "FixedRate",
    "host": "Host",
    "httpMethod": "HTTPMethod",
    "priority": "Priority",
    "reservoirSize": "ReservoirSize",
    "resourceArn": "ResourceARN",
    "serviceName": "ServiceName",
    "serviceType": "ServiceType",
    "urlPath": "URLPath",
}
"""Input -> member of a sampling rule."""
PERCENTAGE = "rule.probabilistic.desiredSamplingPercentage"


def set_destination(context: Context) -> str:
    """Set the destination of the Region."""
    context.call("UpdateTraceSegmentDestination", Destination=context.inputs["destination"])
    return context.region


def set_indexing(context: Context) -> str:
    """Set the percentage of the rule, which exists already."""
    share = context.inputs["rule"]["probabilistic"]["desiredSamplingPercentage"]
    rule = {"Probabilistic": {"DesiredSamplingPercentage": float(share)}}
    context.call("UpdateIndexingRule", Name=context.inputs["name"], Rule=rule)
    return context.inputs["name"]


def read_indexing(context: Context) -> Properties | None:
    """Return the indexing rule, without the percentage in use: here it is the desired one."""
    found = context.call("GetIndexingRules")["IndexingRules"]
    rule = next((one for one in found if one["Name"] == context.id), None)
    if rule is None:
        return None
    desired = rule["Rule"]["Probabilistic"]["DesiredSamplingPercentage"]
    return {
        "name": rule["Name"],
        "rule": {"probabilistic": {"desiredSamplingPercentage": desired}},
    }


def forget(_: Context) -> None:
    """Leave the setting as it is: so does the real provider."""


def create_rule(context: Context) -> str:
    """Create the sampling rule."""
    named = {"RuleName": context.inputs["ruleName"], "Version": context.inputs["version"]}
    context.call("CreateSamplingRule", SamplingRule={**named, **members(context)})
    return context.inputs["ruleName"]


def change_rule(context: Context) -> None:
    """Change the sampling rule."""
    wanted = {"RuleName": context.id, **members(context)}
    context.call("UpdateSamplingRule", SamplingRuleUpdate=wanted)


def members(context: Context) -> Properties:
    """Return what a sampling rule has besides its name."""
    found = {member: context.inputs[name] for name, member in MEMBERS.items()}
    return {**found, "Attributes": context.inputs.get("attributes") or {}}


def read_rule(context: Context) -> Properties | None:
    """Return the sampling rule."""
    found = [one["SamplingRule"] for one in context.call("GetSamplingRules")["SamplingRuleRecords"]]
    rule = next((one for one in found if one["RuleName"] == context.id), None)
    if rule is None:
        return None
    known = {name: rule[member] for name, member in MEMBERS.items()}
    about = {"ruleName": rule["RuleName"], "arn": rule["RuleARN"], "version": rule["Version"]}
    return {**known, **about, "attributes": rule.get("Attributes") or None}


def check_group(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the filter expression."""
    expression = inputs.get("filterExpression")
    if isinstance(expression, str):
        try:
            predicate(expression)
        except FilterError as error:
            yield CheckFailure("filterExpression", str(error))


def check_share(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the percentage."""
    share = ((inputs.get("rule") or {}).get("probabilistic") or {}).get("desiredSamplingPercentage")
    if isinstance(share, int | float) and not 0 <= share <= 100:  # noqa: PLR2004 - a percentage
        yield CheckFailure(PERCENTAGE, f"is {share}: write a number from 0 to 100")


def insights(value: str) -> dict[str, Input]:
    """Return the input *value* of `insightsConfiguration`, which only false is supported of."""
    return {f"insightsConfiguration.{value}": Input(IGNORED, supported_values=(False,))}


DESTINATION = Row(
    type="aws:xray/traceSegmentDestination:TraceSegmentDestination",
    service="xray",
    inputs={
        "destination": Input(UPDATE, limit=Limit(one_of=("XRay", "CloudWatchLogs"))),
        "region": Input(REPLACE),
        "timeouts": Input(IGNORED),
    },
    create=set_destination,
    read=Op(name="GetTraceSegmentDestination"),
    update=set_destination,
    delete=forget,
    from_id=lambda id_: {"id": id_},
)

INDEXING = Row(
    type="aws:xray/indexingRule:IndexingRule",
    service="xray",
    inputs={
        "name": Input(REPLACE, limit=Limit(one_of=("Default",))),
        "rule": Input(UPDATE),
        "region": Input(REPLACE),
    },
    create=set_indexing,
    read=read_indexing,
    update=set_indexing,
    delete=forget,
    from_id=lambda id_: {"name": id_},
    check=check_share,
)

SAMPLING = Row(
    type="aws:xray/samplingRule:SamplingRule",
    service="xray",
    inputs={
        **each(UPDATE, "attributes host httpMethod serviceName serviceType tags urlPath"),
        "fixedRate": Input(UPDATE, limit=Limit(0, 1)),
        "priority": Input(UPDATE, limit=Limit(1, 9999)),
        "reservoirSize": Input(UPDATE, limit=Limit(0)),
        "resourceArn": Input(UPDATE, limit=Limit(one_of=("*",))),
        "ruleName": Input(REPLACE, limit=Limit(min_length=1, max_length=32)),
        "version": Input(REPLACE, limit=Limit(one_of=(1,))),
        "region": Input(REPLACE),
    },
    create=create_rule,
    read=read_rule,
    update=change_rule,
    delete=Op(name="DeleteSamplingRule", keys={"RuleName": "id"}),
    from_id=lambda id_: {"ruleName": id_},
    not_found_codes="InvalidRequestException: does not exist",
    tags=TAGS,
)

GROUP = Row(
    type="aws:xray/group:Group",
    service="xray",
    inputs={
        **each(UPDATE, "filterExpression tags"),
        "insightsConfiguration": Input(IGNORED),
        **insights("insightsEnabled"),
        **insights("notificationsEnabled"),
        "groupName": Input(REPLACE, limit=Limit(min_length=1, max_length=32)),
        "region": Input(REPLACE),
    },
    create=Op(name="CreateGroup"),
    id="Group.GroupARN",
    read=Op(name="GetGroup", keys={"GroupARN": "id"}, result="Group"),
    update=Op(name="UpdateGroup", keys={"GroupARN": "id"}, only="filterExpression"),
    delete=Op(name="DeleteGroup", keys={"GroupARN": "id"}),
    from_id=lambda id_: {"id": id_},
    not_found_codes="InvalidRequestException: does not exist",
    tags=TAGS,
    check=check_group,
)

ROWS = (DESTINATION, INDEXING, SAMPLING, GROUP)
