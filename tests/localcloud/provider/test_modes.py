"""How real each type is, and what may be less than real."""

from __future__ import annotations

from localcloud.provider.modes import recorded_types, resources
from localcloud.provider.row import Mode
from localcloud.provider.table import table

ON_THE_PATH_OF_A_REQUEST = (
    "apigatewayv2/",
    "cognito/",
    "dynamodb/",
    "ecs/",
    "lambda/",
    "lb/",
    "rds/",
    "secretsmanager/",
    "sns/",
    "sqs/",
)


def test_only_types_on_the_list_are_recorded():
    recorded = {name for name, row in table().rows.items() if row.mode is Mode.RECORDED}

    assert recorded == set(recorded_types())


def test_nothing_on_the_path_of_a_request_or_an_event_may_be_recorded():
    found = [
        name for name in recorded_types() if name.split(":")[1].startswith(ON_THE_PATH_OF_A_REQUEST)
    ]

    assert found == []


def test_every_aws_resource_of_a_stack_has_a_mode():
    queue, service = "aws:sqs/queue:Queue", "aws:ecs/service:Service"
    head = "urn:pulumi:local::shop::"
    state = {
        "deployment": {
            "resources": [
                {"urn": f"{head}pulumi:pulumi:Stack::shop", "type": "pulumi:pulumi:Stack"},
                {"urn": f"{head}{queue}::orders", "type": queue},
                {"urn": f"{head}{service}::orders", "type": service},
            ]
        }
    }

    found = resources(state)

    assert [(item.name, item.mode) for item in found] == [
        ("orders", Mode.EMULATED),
        ("orders", Mode.OVERLAY),
    ]
