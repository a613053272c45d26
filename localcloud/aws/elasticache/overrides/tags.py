"""Tags of all objects; moto rejects the ARNs of some types."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult

from localcloud.aws.elasticache.overrides.records import given, refused, with_arn
from localcloud.aws.elasticache.overrides.records import install as replace


def install() -> None:
    """Replace moto's operations."""
    replace(list_tags_for_resource, add_tags_to_resource, remove_tags_from_resource)


def list_tags_for_resource(self: Any) -> ActionResult:
    """Return the tags of an object."""
    return _tags(self, _arn(self))


def _arn(self: Any) -> str:
    arn: str = self.params["ResourceName"]
    if not with_arn(self.elasticache_backend, arn):
        raise refused("InvalidARN", f"ARN {arn} is invalid.")
    return arn


def _tags(self: Any, arn: str) -> ActionResult:
    found = self.elasticache_backend.tagging_service.list_tags_for_resource(arn)
    return ActionResult({"TagList": found["Tags"]})


def add_tags_to_resource(self: Any) -> ActionResult:
    """Set tags of an object."""
    arn = _arn(self)
    self.elasticache_backend.tagging_service.tag_resource(arn, given(self, "Tags")["Tags"])
    return _tags(self, arn)


def remove_tags_from_resource(self: Any) -> ActionResult:
    """Remove tags of an object."""
    arn = _arn(self)
    keys = given(self, "TagKeys")["TagKeys"]
    self.elasticache_backend.tagging_service.untag_resource_using_names(arn, keys)
    return _tags(self, arn)
