"""A DynamoDB table for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.dax_cluster import DaxCluster, DaxClusterArgs
from components.data.document_table import DocumentTable, DocumentTableArgs
from components.data.table_indexes import GlobalIndex, KeyAttribute, KeyType, LocalIndex
from components.data.table_scaling import CapacityRange, TableCapacity
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.dynamodb import DynamoDbStore

if TYPE_CHECKING:
    from components.service.kinds import StoreContext
    from spec.stores.dynamodb import Capacity, Dax, IndexKey, Key

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
            indexes={
                name: GlobalIndex(
                    partition_key=_key(index.partition_key),
                    sort_key=None if index.sort_key is None else _key(index.sort_key),
                    projection=index.projection,
                    attributes=index.attributes,
                )
                for name, index in spec.indexes.items()
            }
            or None,
            local_indexes={
                name: LocalIndex(
                    sort_key=_key(index.sort_key),
                    projection=index.projection,
                    attributes=index.attributes,
                )
                for name, index in spec.local_indexes.items()
            }
            or None,
            capacity=None if spec.capacity is None else _capacity(spec.capacity),
            stream=spec.stream,
            key_arn=platform.key.arn,
            alarms=platform.alarms,
            deletion_protection=platform.data_protection.deletion_protection,
            tags=context.tags,
        ),
        context.opts,
    )
    environment = {variable(context.store, "TABLE"): table.table_name}
    if table.stream_arn is not None:
        environment[variable(context.store, "STREAM_ARN")] = table.stream_arn
    statements = [*table.allow_read_write(), *table.allow_read_stream()]
    if spec.dax is not None and platform.dax:
        cache = _cache(spec.dax, context, table)
        environment[variable(context.store, "DAX_ENDPOINT")] = cache.endpoint
        statements += cache.allow_read_write()
    return StoreAccess(environment=environment, statements=statements, component=table)


def _cache(spec: Dax, context: StoreContext, table: DocumentTable) -> DaxCluster:
    platform = context.platform
    return DaxCluster(
        f"{context.name}-dax",
        DaxClusterArgs(
            node_type=spec.node_type,
            nodes=spec.nodes,
            table_access=table.allow_read_write(),
            environment=platform.environment,
            account_id=platform.account_id,
            vpc_id=platform.vpc.vpc_id,
            subnet_ids=platform.vpc.isolated_subnet_ids,
            allowed_security_groups={context.service: context.security_group_id or ""},
            alarms=platform.alarms,
            tags=context.tags,
        ),
        context.opts,
    )


def _key(attribute: Key | IndexKey) -> KeyAttribute:
    return KeyAttribute(name=attribute.name, type=KeyType(attribute.type))


def _capacity(spec: Capacity) -> TableCapacity:
    return TableCapacity(
        read=CapacityRange(minimum=spec.read.min, maximum=spec.read.max),
        write=CapacityRange(minimum=spec.write.min, maximum=spec.write.max),
        target_percent=spec.target_percent,
    )
