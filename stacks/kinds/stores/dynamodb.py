"""A DynamoDB table for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.document_table import DocumentTable, DocumentTableArgs, KeyAttribute, KeyType
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.dynamodb import DynamoDbStore

if TYPE_CHECKING:
    from components.service.kinds import StoreContext
    from spec.stores.dynamodb import Key

KIND = DynamoDbStore.KIND


def define(spec: DynamoDbStore, context: StoreContext) -> StoreAccess:
    """Define the table."""
    platform = context.platform
    table = DocumentTable(
        context.name,
        DocumentTableArgs(
            partition_key=_key(spec.partition_key),
            sort_key=None if spec.sort_key is None else _key(spec.sort_key),
            ttl_attribute=spec.ttl_attribute,
            key_arn=platform.key.arn,
            alarm_topic_arn=platform.alarm_topic.arn,
            deletion_protection=platform.data_protection.deletion_protection,
            tags=context.tags,
        ),
        context.opts,
    )
    return StoreAccess(
        environment={variable(context.store, "TABLE"): table.table_name},
        statements=table.allow_read_write(),
    )


def _key(attribute: Key) -> KeyAttribute:
    return KeyAttribute(name=attribute.name, type=KeyType(attribute.type))
