"""Examples of log streams, filters, saved queries and dashboards."""

from __future__ import annotations

import json

from tests.localcloud.provider.example import Example

GROUP = "aws:cloudwatch/logGroup:LogGroup"


def transformation(name: str, unit: str = "Count") -> dict[str, object]:
    return {"name": name, "namespace": "Shop", "value": "1", "defaultValue": "0", "unit": unit}


def account_wide(stage, pattern: str) -> str:
    return json.dumps(
        {
            "DestinationArn": stage.make("aws:kinesis/stream:Stream")["arn"],
            "RoleArn": "arn:aws:iam::000000000000:role/logs",
            "FilterPattern": pattern,
        }
    )


EXAMPLES = (
    Example(
        type="aws:cloudwatch/logMetricFilter:LogMetricFilter",
        inputs=lambda stage: {
            "logGroupName": stage.make(GROUP)["name"],
            "pattern": '{ $.event = "refused" }',
            "metricTransformation": transformation("refused"),
        },
        update={"pattern": "ERROR", "metricTransformation": transformation("errors")},
        values=lambda _: {"metricTransformation": transformation("refused", "Seconds")},
        import_id="{logGroupName}:{name}",
        bad={"pattern": "{ $.a = 1", "name": "a:b"},
    ),
    Example(
        type="aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        inputs=lambda stage: {
            "logGroup": stage.make(GROUP)["name"],
            "filterPattern": "ERROR",
            "destinationArn": stage.make("aws:kinesis/stream:Stream")["arn"],
            "roleArn": "arn:aws:iam::000000000000:role/logs",
        },
        update={"filterPattern": "", "distribution": "Random"},
        values=lambda stage: {"destinationArn": stage.make("aws:kinesis/stream:Stream")["arn"]},
        bad={"filterPattern": "[a", "distribution": "Evenly", "name": "a:b"},
    ),
    Example(
        type="aws:cloudwatch/queryDefinition:QueryDefinition",
        inputs=lambda stage: {
            "name": f"errors{stage.number()}",
            "queryString": "fields @message | filter level = 'ERROR'",
        },
        update={"queryString": "fields @message", "logGroupNames": ["/shop/orders"]},
    ),
    Example(
        type="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        inputs=lambda stage: {
            "policyName": f"delivery{stage.number()}",
            "policyDocument": json.dumps({"Version": "2012-10-17", "Statement": []}),
        },
        update={"policyDocument": json.dumps({"Version": "2012-10-17", "Statement": [{}]})},
    ),
    Example(
        type="aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
        inputs=lambda stage: {
            "policyName": "archive",
            "policyType": "SUBSCRIPTION_FILTER_POLICY",
            "policyDocument": account_wide(stage, ""),
            "selectionCriteria": 'LogGroupName NOT IN ["/delivery"]',
        },
        update={"selectionCriteria": 'LogGroupName NOT IN ["/delivery", "/noise"]'},
        values=lambda stage: {"policyDocument": account_wide(stage, "ERROR")},
        import_id="{policyName}:{policyType}",
        bad={
            "policyDocument": json.dumps({"FilterPattern": "[a"}),
            "selectionCriteria": "LogGroupNamePrefix = x",
            "scope": "SOME",
        },
        once=True,
    ),
    Example(
        type="aws:cloudwatch/logStream:LogStream",
        inputs=lambda stage: {
            "logGroupName": stage.make("aws:cloudwatch/logGroup:LogGroup")["name"]
        },
        import_id="{logGroupName}:{name}",
        bad={"name": "a:b"},
    ),
    Example(
        type="aws:cloudwatch/dashboard:Dashboard",
        inputs=lambda stage: {
            "dashboardName": f"shop{stage.number()}",
            "dashboardBody": json.dumps({"widgets": []}),
        },
        update={"dashboardBody": json.dumps({"widgets": [], "start": "-PT6H"})},
        bad={"dashboardBody": "{", "dashboardName": "no spaces"},
    ),
)
