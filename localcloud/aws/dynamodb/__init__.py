"""DynamoDB."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="dynamodb",
    moto="dynamodb",
    read_operations=frozenset({"Query", "Scan", "TransactGetItems"}),
    data_operations=frozenset({
        "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems",
        "ExecuteStatement", "ExecuteTransaction", "BatchExecuteStatement",
    }),
    data_changes_backend=False,
    announced_collections=frozenset({"dynamodb-stream"}),
    collections={"dynamodb": "data:put_back", "dynamodb-stream": "streams:put_back"},
    overrides=("data:install", "streams:install", "transactions:install", "checks:install",
               "overrides:install", "statements:install", "consumption:install"),
    gauges=("metrics:measure",),
    count_error="metrics:count_error",
    reports={"dynamodb/expire": "expiry:expire"},
    downloads={r"dynamodb/consumed": "consumption:report",
               r"dynamodb/next-expiry": "expiry:upcoming"},
    after_load=("data:after_load", "streams:after_load"),
)  # fmt: skip
