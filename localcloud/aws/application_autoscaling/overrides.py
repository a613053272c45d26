"""What moto's Application Auto Scaling lacks: tags of a scalable target, and another role.

A target that nothing scales here is refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import JsonRESTError

from localcloud.aws.application_autoscaling.resources import SCALED

if TYPE_CHECKING:
    from moto.applicationautoscaling.models import FakeScalableTarget

_register = ApplicationAutoScalingResponse.register_scalable_target


class ResourceNotFoundError(JsonRESTError):
    """Raised when no scalable target has an ARN."""

    def __init__(self, arn: str) -> None:
        """Name the ARN."""
        text = f"The specified resource {arn} doesn't exist."
        super().__init__("ResourceNotFoundException", text)


def install() -> None:
    """Add the operations."""
    responses: Any = ApplicationAutoScalingResponse
    responses.register_scalable_target = _registered
    responses.list_tags_for_resource = _list_tags
    responses.tag_resource = _tag
    responses.untag_resource = _untag


def _registered(self: Any) -> str:
    dimension = self._get_param("ScalableDimension")
    if dimension not in SCALED:
        text = f"{dimension} is not scaled in the local cloud: scale one of {', '.join(SCALED)}."
        raise AWSValidationException(text)
    answer = json.loads(_register(self))
    target: Any = _target(self, answer["ScalableTargetARN"])
    if role := self._get_param("RoleARN"):
        target.role_arn = role
    if tags := self._get_param("Tags"):
        target.tags = {**_tags(target), **tags}
    return json.dumps(answer)


def _target(self: Any, arn: str) -> FakeScalableTarget:
    """Return the target with *arn*."""
    backend = self.applicationautoscaling_backend
    for targets in backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target
    raise ResourceNotFoundError(arn)


def _tags(target: Any) -> dict[str, str]:
    return getattr(target, "tags", {})


def _list_tags(self: Any) -> str:
    return json.dumps({"Tags": _tags(_target(self, self._get_param("ResourceARN")))})


def _tag(self: Any) -> str:
    target: Any = _target(self, self._get_param("ResourceARN"))
    target.tags = {**_tags(target), **self._get_param("Tags")}
    return "{}"


def _untag(self: Any) -> str:
    target: Any = _target(self, self._get_param("ResourceARN"))
    gone = self._get_param("TagKeys")
    target.tags = {key: value for key, value in _tags(target).items() if key not in gone}
    return "{}"
