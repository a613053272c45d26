"""What the emulated AWS answers about an object, in a form that can be compared."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from localcloud.provider import lifecycle
from localcloud.provider.context import Context
from localcloud.provider.row import names
from localcloud.provider.values import unwrap_secrets

if TYPE_CHECKING:
    from localcloud.provider.cloud import Cloud
    from localcloud.provider.row import Row
    from tests.localcloud.provider.example import Example
    from tests.localcloud.provider.stage import Made

VOLATILE = {"ResponseMetadata", "RevisionId", "deployments", "streamArn", "streamLabel"}
VOLATILE |= {"LastModified", "LastModifiedTimestamp", "LastUpdatedDate", "VersionId"}
"""What AWS answers that every update changes, or that AWS keeps for a day."""


def answer(row: Row, made: Made, example: Example, cloud: Cloud) -> dict[str, Any]:
    """Return what AWS answers about the object, without what is kept only in the state."""
    id_ = example.import_id.format_map({**made.outputs, "id": made.id})
    context = Context(
        cloud=cloud,
        type=row.type,
        service=row.service,
        region="eu-west-1",
        id=id_,
        not_found_codes=row.not_found_codes,
    )
    context.importing = True
    context.olds = dict(row.from_id(id_)) if row.from_id is not None else {}
    context.id = context.olds.pop("id", id_)
    found = lifecycle.read_object(row, context)
    if found is None:  # an update changed what the id was made of
        context.olds = unwrap_secrets(made.outputs)
        found = lifecycle.read_object(row, context)
    assert found is not None
    found = {**found, **(row.computed(context, found) if row.computed is not None else {})}
    return {
        key: value
        for key, value in told(found).items()
        if key not in VOLATILE | names(row.recomputed)
    }


def told(value: Any) -> Any:
    """Return *value* without times, and without what is empty, which means the same as nothing."""
    if isinstance(value, dict):
        found = {
            key: told(item)
            for key, item in value.items()
            if not isinstance(item, datetime) and key not in VOLATILE
        }
        return {key: item for key, item in found.items() if item not in (None, "", [], {})}
    return [told(item) for item in value] if isinstance(value, list) else value
