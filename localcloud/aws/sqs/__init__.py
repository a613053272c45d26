"""SQS."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="sqs",
    moto="sqs",
    data_operations=frozenset({
        "SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch",
        "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "PurgeQueue",
    }),
    data_changes_backend=False,
    collections={"sqs": "data.queues:put_back", "sqs-seen": "data.queues:put_back"},
    overrides=("data.queues:install", "data.counts:install", "moves:install", "overrides:install"),
    gauges=("metrics:measure",),
    downloads={r"sqs/messages/([\w.-]+)": "data.peek:peek"},
    wake_waiting=("data.queues:wake_waiting",),
)  # fmt: skip
